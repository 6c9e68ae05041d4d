// Bounds held against looks.
#include "pool/memory_watch.hpp"

#include "limits.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace prong::pool {

namespace {

constexpr double mib = 1024 * 1024;

// What mapped memory needs of tables when it lies together is 1/512 of it.
constexpr std::size_t bytes_per_table_byte = 256;

std::size_t half_of_machine() noexcept {
  static const std::size_t half = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) / 2 *
                                  static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return half;
}

}  // namespace

MemoryWatch::MemoryWatch(std::optional<std::size_t> limit) noexcept : limit_{limit} {}

std::optional<MemoryWatch::Clock::time_point> MemoryWatch::next_look(const JobFacts& facts) const noexcept {
  if (is_probe(facts)) return looked_at_ + limits::look_time_most;
  return limit_ ? std::optional{looked_at_ + limits::table_look_time} : std::nullopt;
}

std::optional<std::string> MemoryWatch::look(const MemoryUse& use, const JobFacts& facts,
                                             Clock::time_point now) {
  looked_at_ = now;
  const std::size_t mapped = use.own + use.shared + use.files;
  if (limit_ && use.page_tables > *limit_ + mapped / bytes_per_table_byte) {
    return fmt::format("{:.1f} MiB of page tables, where the limit of memory is {:.1f} MiB",
                       static_cast<double>(use.page_tables) / mib, static_cast<double>(*limit_) / mib);
  }
  if (!is_probe(facts)) return std::nullopt;
  const std::size_t has = use.own + use.shared + use.page_tables;
  if (!at_first_) at_first_ = has;
  const std::size_t most = limit_.value_or(half_of_machine());
  if (has <= most || has - most <= *at_first_) return std::nullopt;
  return fmt::format("{:.1f} MiB while it is loaded, where the limit is {:.1f} MiB{}",
                     static_cast<double>(has - *at_first_) / mib, static_cast<double>(most) / mib,
                     limit_ ? "" : ", half of the machine's");
}

}  // namespace prong::pool
