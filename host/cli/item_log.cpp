// Lines of JSON.
#include "cli/item_log.hpp"

#include "cli/timed_items.hpp"

#include <fmt/format.h>

#include <string>

namespace prong::cli {

void ItemLog::record(const Piece& piece) {
  std::string lines;
  for_each_timed(piece, [&](const TimedItem& item) {
    lines += fmt::format(R"({{"index":{},)", item.index);
    if (item.stint != nullptr) {
      const std::chrono::duration<double> start = clock_.of_day(item.began).time_since_epoch();
      lines += fmt::format(R"("start":{:.6f},"seconds":{:.9f},"worker":{},)", start.count(),
                           std::chrono::duration<double>{item.time}.count(), item.stint->worker);
    } else {
      lines += R"("start":null,"seconds":null,"worker":null,)";
    }
    lines += fmt::format(R"("outcome":"{}"{}}})", to_string(item.ending),
                         item.is_attempt() ? R"(,"retried":true)" : "");
    lines += '\n';
  });
  output_->write(lines);
}

}  // namespace prong::cli
