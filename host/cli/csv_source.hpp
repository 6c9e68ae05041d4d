// The records of a .csv file as items: each column is the parameter of its name.
#pragma once

#include "cli/csv_reader.hpp"
#include "cli/item_source.hpp"

#include <prong/function_info.hpp>

#include <atomic>
#include <exception>
#include <string>
#include <vector>

namespace prong::cli {

// Gives JSON. A field of a str or bytes is taken as it stands; of another type it is JSON, or else a string,
// which the function will refuse; an empty one of an optional is null.
class CsvSource final : public ItemSource {
 public:
  // `parameters`: those that an item supplies; several make it a tuple. Reads the header. Throws InputFailed,
  // WrongUsage when a parameter has no column.
  CsvSource(InputFile file, std::vector<Parameter> parameters);

  [[nodiscard]] Encoding encoding() const noexcept override { return Encoding::json; }
  [[nodiscard]] std::string place_of(std::uint64_t item) const override;
  [[nodiscard]] std::optional<Total> total() const override;
  // Throws InputFailed also for a record with more or fewer fields than the header.
  [[nodiscard]] std::optional<Items> next(Halt& halt) override;

 private:
  struct Column {
    std::size_t number = 0;
    std::string type;
  };
  void find_columns(const std::vector<Parameter>& parameters);
  void read_batch(const Halt& halt);
  void add(const std::vector<std::string>& record);

  CsvReader reader_;
  std::vector<std::string> header_;
  std::vector<Column> columns_;
  std::string bytes_;
  std::vector<std::uint64_t> offsets_;
  std::exception_ptr failed_;
  std::atomic<std::uint64_t> items_given_ = 0;
  std::atomic<std::uint64_t> bytes_given_ = 0;
};

}  // namespace prong::cli
