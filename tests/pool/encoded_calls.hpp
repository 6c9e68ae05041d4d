// The untyped call in one line: items and results in an encoding each.
#pragma once

#include "fixture.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prong::test {

struct Encoded {
  std::string bytes;
  std::vector<std::uint64_t> offsets{0};

  void add(std::string_view item) {
    bytes += item;
    offsets.push_back(bytes.size());
  }
  [[nodiscard]] Items items(Encoding encoding) const {
    Items items{.bytes = std::as_bytes(std::span{bytes}), .count = offsets.size() - 1};
    if (encoding != Encoding::raw) items.offsets = offsets;
    return items;
  }
};

struct Ended {
  std::vector<std::string> values;  // of the items that returned
  std::vector<Failure> failures;
};

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Ended collect(Job job, Encoding results) {
  Ended ended;
  const ResultSet set{job.collect()};
  ended.failures = set.failures();
  if (results == Encoding::json || results == Encoding::text) {
    std::string lines;
    for (const Piece& piece : set.pieces())
      lines += text_of(piece.bytes);
    if (!lines.empty()) ended.values.push_back(lines);
    return ended;
  }
  auto failure = ended.failures.begin();
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (failure != ended.failures.end() && failure->index == i) {
      ++failure;
    } else {
      ended.values.emplace_back(text_of(set.value(i)));
    }
  }
  return ended;
}

inline Ended run(Pool& pool, std::string function, Encoding items, const std::vector<std::string>& values,
                 Encoding results = Encoding::native, std::vector<Bound> bound = {}) {
  Encoded encoded;
  for (const std::string& value : values)
    encoded.add(value);
  const Call call{
      .function = std::move(function), .bound = std::move(bound), .items = items, .results = results};
  return collect(pool.submit(call, encoded.items(items)), results);
}

inline std::string what_of(const auto& call) {
  try {
    call();
  } catch (const Mismatch& mismatch) {
    return mismatch.what();
  }
  return "no error";
}

}  // namespace prong::test
