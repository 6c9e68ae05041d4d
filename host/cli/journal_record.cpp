// Bytes, and XXH3 over them.
#include "cli/journal_record.hpp"

#include "cli/failure_record.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>
#include <limits>

namespace prong::cli {

namespace {

constexpr std::size_t payload_bytes_max = std::numeric_limits<std::uint32_t>::max();

template <class Value>
std::string_view bytes_of(const Value& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

void append(RecordHead head, std::string_view payload, std::string& to) {
  if (payload.size() > payload_bytes_max) return;
  head.payload_bytes = static_cast<std::uint32_t>(payload.size());
  const std::size_t begin = to.size();
  to += bytes_of(head);
  to += payload;
  head.checksum = checksum_of(std::string_view{to}.substr(begin + sizeof head.checksum));
  std::memcpy(to.data() + begin, &head.checksum, sizeof head.checksum);
}

RecordHead head_of(const RecordKey& key, Ending ending) {
  return {.position = key.position, .digest = key.digest, .ending = static_cast<std::uint32_t>(ending)};
}

}  // namespace

void append_record(const RecordKey& key, std::string_view result, std::string& to) {
  append(head_of(key, Ending::returned), result, to);
}

void append_record(const RecordKey& key, const Failure& failure, std::string& to) {
  append(head_of(key, failure.ending), failure_bytes(failure), to);
}

std::optional<std::size_t> record_bytes(std::string_view bytes) {
  RecordHead head;
  if (bytes.size() < sizeof head) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof head);
  return head.bytes();
}

std::optional<Record> read_record(std::string_view bytes) {
  Record record;
  if (bytes.size() < sizeof record.head) return std::nullopt;
  std::memcpy(&record.head, bytes.data(), sizeof record.head);
  if (bytes.size() < record.head.bytes()) return std::nullopt;
  const std::string_view whole = bytes.substr(0, record.head.bytes());
  if (checksum_of(whole.substr(sizeof record.head.checksum)) != record.head.checksum) return std::nullopt;
  record.payload = whole.substr(sizeof record.head);
  return record;
}

std::optional<Failure> failure_of(const Record& record) {
  if (record.head.ending > static_cast<std::uint32_t>(Ending::lost)) return std::nullopt;
  return failure_from(record.payload, static_cast<Ending>(record.head.ending));
}

Digest digest_of(std::string_view bytes, std::uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.low64, hash.high64};
}

std::uint64_t checksum_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace prong::cli
