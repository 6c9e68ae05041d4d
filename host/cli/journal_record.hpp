// One record of a journal: how an item ended, under a checksum.
#pragma once

#include "cli/inputs.hpp"

#include <prong/outcome.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prong::cli {

// As it lies in the file, in host byte order; the payload follows. The checksum is XXH3 of all that follows
// it.
struct RecordHead {
  std::uint64_t checksum = 0;
  std::uint64_t position = 0;
  Digest digest = {};
  std::uint32_t payload_bytes = 0;
  std::uint32_t ending = 0;  // of prong::Ending

  [[nodiscard]] std::size_t bytes() const noexcept { return sizeof(RecordHead) + payload_bytes; }
};

// Which item, as it was then.
struct RecordKey {
  std::uint64_t position = 0;
  Digest digest = {};
};

// Nothing of a result or a failure that is too large for a record: it is computed again.
void append_record(const RecordKey& key, std::string_view result, std::string& to);
void append_record(const RecordKey& key, const Failure& failure, std::string& to);

// What `bytes` begins with; nothing when that is no whole record.
struct Record {
  RecordHead head;
  std::string_view payload;
};
[[nodiscard]] std::optional<Record> read_record(std::string_view bytes);
// How large the record is that `bytes` begins with, by what its head says; nothing without a whole head.
[[nodiscard]] std::optional<std::size_t> record_bytes(std::string_view bytes);

// Of a record whose ending is not `returned`. Nothing when the payload is no failure.
[[nodiscard]] std::optional<Failure> failure_of(const Record& record);

[[nodiscard]] Digest digest_of(std::string_view bytes, std::uint64_t seed);
[[nodiscard]] std::uint64_t checksum_of(std::string_view bytes);

}  // namespace prong::cli
