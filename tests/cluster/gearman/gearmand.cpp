// Starting and killing gearmand.
#include "gearmand.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <thread>

namespace prong::cluster::gearman {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool takes_connections(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool taken = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return taken;
}

}  // namespace

std::string find_gearmand() {
  const char* path = std::getenv("PATH");
  std::stringstream folders{std::string{path == nullptr ? "" : path} + ":/usr/sbin"};
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = folder + "/gearmand";
    if (::access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

bool has_gearmand() {
  if (!find_gearmand().empty()) return true;
  MESSAGE("skipped: there is no gearmand (gearman-job-server)");
  return false;
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t bytes = sizeof address;
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), bytes) == 0);
  REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &bytes) == 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

Gearmand::Gearmand(std::uint16_t port) : port_{port} {
  std::string folder = (std::filesystem::temp_directory_path() / "prong-gearmand-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  folder_ = folder;
  start();
}

Gearmand::~Gearmand() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Gearmand::address() const { return "gearman://127.0.0.1:" + std::to_string(port_); }

void Gearmand::start() {
  const std::string program = find_gearmand();
  const std::string port = std::to_string(port_);
  const std::string log = (folder_ / "log").string();
  const std::string pid_file = (folder_ / "pid").string();
  // An empty one: this machine's is not for tests.
  constexpr const char* none = "/dev/null";
  const int parent = ::getpid();
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    const int quiet = ::open("/dev/null", O_RDWR);
    for (const int stream : {0, 1, 2})
      ::dup2(quiet, stream);
    ::execl(program.c_str(), "gearmand", "-L", "127.0.0.1", "-p", port.c_str(), "-j", "3", "-R", "-l",
            log.c_str(), "-P", pid_file.c_str(), "--config-file", none, nullptr);
    ::_exit(127);
  }
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (!takes_connections(port_)) {
    REQUIRE(std::chrono::steady_clock::now() < give_up);
    REQUIRE(::waitpid(pid_, nullptr, WNOHANG) == 0);
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

void Gearmand::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void Gearmand::signal(int number) const { ::kill(pid_, number); }

}  // namespace prong::cluster::gearman
