// From fields to JSON.
#include "cli/csv_source.hpp"

#include "cli/exit_status.hpp"
#include "cli/halt.hpp"
#include "cli/json_text.hpp"

#include <prong/wording.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace prong::cli {

namespace {

// Records of one item: enough to share among workers.
constexpr std::size_t batch_bytes = std::size_t{256} << 10;

// What cannot be anything but one number, or else no JSON.
bool is_like_a_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

std::string field_json(const std::string& field, std::string_view type) {
  if (type == "str") return json_string(field);
  if (type == "bytes") return json_bytes(field);
  if (field.empty() && type.ends_with('?')) return "null";
  if (type == "str?") return json_string(field);
  if (type == "bytes?") return json_bytes(field);
  if (is_like_a_number(field)) return field;
  return json_minified(field).value_or(json_string(field));
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += fmt::format("{}'{}'", text.empty() ? "" : ", ", name);
  return text;
}

}  // namespace

CsvSource::CsvSource(InputFile file, std::vector<Parameter> parameters) : reader_{std::move(file)} {
  while (header_.empty()) {
    auto record = reader_.next_record();
    if (!record && !reader_.read_more(nullptr)) {
      record = reader_.next_record();
      if (!record)
        throw InputFailed{fmt::format("cannot read {}: it is empty; its first line names the columns",
                                      reader_.file().name())};
    }
    if (record) header_ = std::move(*record);
  }
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (header_.front().starts_with(byte_order_mark)) header_.front().erase(0, byte_order_mark.size());
  if (header_.size() == 1) reader_.keep_empty_lines();
  find_columns(parameters);
}

void CsvSource::find_columns(const std::vector<Parameter>& parameters) {
  for (const Parameter& parameter : parameters) {
    const auto found = std::ranges::find(header_, parameter.name);
    if (found == header_.end()) {
      const auto closest = prong::closest(parameter.name, header_);
      throw WrongUsage{fmt::format("{} has no column '{}'{}; its columns are {}", reader_.file().name(),
                                   parameter.name, closest ? fmt::format(" (is it '{}'?)", *closest) : "",
                                   listed(header_))};
    }
    if (std::find(found + 1, header_.end(), parameter.name) != header_.end())
      throw WrongUsage{fmt::format("{} has two columns '{}'", reader_.file().name(), parameter.name)};
    columns_.push_back({static_cast<std::size_t>(found - header_.begin()), parameter.type});
  }
}

std::string CsvSource::place_of(std::uint64_t item) const {
  return reader_.file().place(fmt::format("record {}", item + 1));
}

std::optional<Total> CsvSource::total() const {
  const std::uint64_t bytes = bytes_given_;
  const auto size = reader_.file().size();
  if (!size || bytes == 0) return std::nullopt;
  const double items =
      static_cast<double>(items_given_) * static_cast<double>(*size) / static_cast<double>(bytes);
  return Total{.items = static_cast<std::uint64_t>(items), .estimated = bytes < *size};
}

std::optional<Items> CsvSource::next(Halt& halt) {
  if (failed_) std::rethrow_exception(failed_);
  bytes_.clear();
  offsets_.assign(1, 0);
  try {
    read_batch(halt);
  } catch (const InputFailed&) {
    // The records before the broken one are items all the same.
    failed_ = std::current_exception();
    if (offsets_.size() == 1) throw;
  }
  const std::uint64_t count = offsets_.size() - 1;
  if (count == 0 || halt.requested()) return std::nullopt;
  items_given_ += count;
  bytes_given_ = reader_.bytes_taken();
  return Items{.bytes = std::as_bytes(std::span{bytes_}), .offsets = offsets_, .count = count};
}

void CsvSource::read_batch(const Halt& halt) {
  for (bool has_more = true; bytes_.size() < batch_bytes;) {
    if (const auto record = reader_.next_record()) {
      add(*record);
    } else if (offsets_.size() > 1 || !has_more) {
      return;
    } else {
      // At the end the last record may still be there, without a newline.
      has_more = reader_.read_more(&halt);
    }
  }
}

void CsvSource::add(const std::vector<std::string>& record) {
  if (record.size() != header_.size())
    reader_.fail(fmt::format("it has {} field{}, and the header has {}", record.size(),
                             record.size() == 1 ? "" : "s", header_.size()));
  const bool is_tuple = columns_.size() > 1;
  if (is_tuple) bytes_ += '[';
  for (const Column& column : columns_) {
    if (&column != columns_.data()) bytes_ += ',';
    bytes_ += field_json(record[column.number], column.type);
  }
  if (is_tuple) bytes_ += ']';
  offsets_.push_back(bytes_.size());
}

}  // namespace prong::cli
