// Lines of JSON.
#include "cli/item_log.hpp"

#include "cli/timed_items.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string>

namespace prong::cli {

void ItemLog::record(const Piece& piece) {
  std::string lines;
  for_each_timed(piece, [&](const TimedItem& item) {
    auto out = std::back_inserter(lines);
    fmt::format_to(out, R"({{"index":{},)", item.index);
    if (item.stint != nullptr) {
      const std::chrono::duration<double> start = clock_.of_day(item.began).time_since_epoch();
      fmt::format_to(out, R"("start":{:.6f},"seconds":{:.9f},"worker":{},)", start.count(),
                     std::chrono::duration<double>{item.time}.count(), item.stint->worker);
    } else {
      lines += R"("start":null,"seconds":null,"worker":null,)";
    }
    fmt::format_to(out, R"("outcome":"{}"{}}})", to_string(item.ending),
                   item.is_attempt() ? R"(,"retried":true)" : "");
    lines += '\n';
  });
  output_->write(lines);
}

}  // namespace prong::cli
