// Finding where records end, then splitting them.
#include "cli/csv_reader.hpp"

#include "cli/exit_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace prong::cli {

namespace {

constexpr std::size_t block_bytes = std::size_t{256} << 10;

}  // namespace

void CsvReader::fail(std::string_view why) const {
  throw InputFailed{
      fmt::format("cannot read {}: the record on line {}: {}", file_.name(), record_line_, why)};
}

bool CsvReader::read_more(const Halt* halt) {
  text_.erase(0, begin_);
  scanned_ -= std::exchange(begin_, 0);
  const std::size_t old = text_.size();
  text_.resize(old + block_bytes);
  const std::size_t size = file_.read_some(text_.data() + old, block_bytes, halt);
  text_.resize(old + size);
  ended_ = size == 0;
  return !ended_;
}

std::optional<std::vector<std::string>> CsvReader::next_record() {
  for (;;) {
    std::size_t end = scanned_;
    for (; end < text_.size(); ++end) {
      if (text_[end] == '"') in_quotes_ = !in_quotes_;
      if (text_[end] == '\n' && !in_quotes_) break;
    }
    scanned_ = end;
    if (end == text_.size() && (!ended_ || begin_ == end)) return std::nullopt;
    std::string_view record = std::string_view{text_}.substr(begin_, end - begin_);
    record_line_ = lines_;
    if (in_quotes_) fail("a quoted field does not end");
    const std::size_t next = std::min(end + 1, text_.size());
    lines_ += static_cast<std::uint64_t>(std::count(record.begin(), record.end(), '\n')) + 1;
    taken_ += next - begin_;
    begin_ = scanned_ = next;
    if (record.ends_with('\r')) record.remove_suffix(1);
    if (!record.empty() || keeps_empty_lines_) return fields_of(record);
  }
}

std::vector<std::string> CsvReader::fields_of(std::string_view record) const {
  std::vector<std::string> fields(1);
  for (std::size_t at = 0; at < record.size();) {
    std::string& field = fields.back();
    if (record[at] == '"') {
      for (++at;; ++at) {
        const std::size_t quote = record.find('"', at);
        field += record.substr(at, quote - at);
        at = quote + 1;
        if (at == record.size() || record[at] != '"') break;
        field += '"';
      }
      if (at < record.size() && record[at] != ',') fail("a comma is expected after a closing quote");
    } else {
      const std::size_t end = std::min(record.find(',', at), record.size());
      field = record.substr(at, end - at);
      if (field.find('"') != std::string::npos) fail("a field with a quote in it must be quoted");
      at = end;
    }
    if (at == record.size()) break;
    ++at;
    fields.emplace_back();
  }
  return fields;
}

}  // namespace prong::cli
