// The reply to `status`, line by line.
#include "cluster/gearman/servers.hpp"

#include <charconv>

namespace prong::cluster::gearman {

Servers servers_from_status(std::string_view lines) {
  Servers servers;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    // From the end: a queue that somebody else made may have any name, with tabs too.
    const auto last = line.rfind('\t');
    const auto second = last == std::string_view::npos || last == 0 ? last : line.rfind('\t', last - 1);
    const auto first =
        second == std::string_view::npos || second == 0 ? second : line.rfind('\t', second - 1);
    if (first == std::string_view::npos) continue;
    const std::string_view number = line.substr(last + 1);
    unsigned workers = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), workers);
    if (error != std::errc{} || end != number.data() + number.size()) continue;
    if (workers > 0) servers.queues.insert_or_assign(std::string{line.substr(0, first)}, workers);
  }
  return servers;
}

}  // namespace prong::cluster::gearman
