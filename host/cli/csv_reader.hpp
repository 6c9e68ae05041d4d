// Records of comma-separated values (RFC 4180), as they come.
#pragma once

#include "cli/input_file.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cli {

// A field may be quoted, and hold commas, newlines and doubled quotes then. Lines end with CRLF or LF; the
// last one need not. An empty line is no record, unless the file has one column. [one thread]
class CsvReader {
 public:
  explicit CsvReader(InputFile file) : file_{std::move(file)} {}

  // From here on an empty line is a record with one empty field.
  void keep_empty_lines() noexcept { keeps_empty_lines_ = true; }
  // The fields of the next record that has been read whole; nullopt: more must be read. They are valid until
  // the next call. Throws InputFailed for quotes that are where none may be.
  [[nodiscard]] std::optional<std::vector<std::string>> next_record();
  // False: the end, or a halt (as InputFile::read_some). Throws InputFailed. [blocks]
  [[nodiscard]] bool read_more(const Halt* halt);

  [[nodiscard]] const InputFile& file() const noexcept { return file_; }
  // Where the record of the last next_record() begins, from 1.
  [[nodiscard]] std::uint64_t line() const noexcept { return record_line_; }
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept { return taken_; }
  [[noreturn]] void fail(std::string_view why) const;

 private:
  [[nodiscard]] std::vector<std::string> fields_of(std::string_view record) const;

  InputFile file_;
  std::string text_;
  std::size_t begin_ = 0;    // of the next record
  std::size_t scanned_ = 0;  // from begin_ on, no end of the record was found up to here
  bool in_quotes_ = false;   // there
  bool ended_ = false;
  bool keeps_empty_lines_ = false;
  std::uint64_t lines_ = 1;
  std::uint64_t record_line_ = 1;
  std::uint64_t taken_ = 0;
};

}  // namespace prong::cli
