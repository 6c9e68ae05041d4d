// A gearmand of the test's own, on 127.0.0.1 only, that ends with the test whatever happens.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace prong::cluster::gearman {

// Where it is; empty: nowhere. Tests then say so and do nothing.
[[nodiscard]] std::string find_gearmand();

// A port of 127.0.0.1 that nobody listens on.
[[nodiscard]] std::uint16_t free_port();

// So that a test case reads: if (!has_gearmand()) return;
[[nodiscard]] bool has_gearmand();

class Gearmand {
 public:
  // Runs with -j 3 -R. Returns once it takes connections.
  explicit Gearmand(std::uint16_t port = free_port());
  ~Gearmand();
  Gearmand(const Gearmand&) = delete;
  Gearmand& operator=(const Gearmand&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  // "gearman://127.0.0.1:PORT"
  [[nodiscard]] std::string address() const;
  void kill();
  void start();
  void signal(int number) const;

 private:
  std::uint16_t port_;
  std::filesystem::path folder_;
  int pid_ = -1;
};

}  // namespace prong::cluster::gearman
