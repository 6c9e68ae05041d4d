// What a worker must know of a job and of a segment of its items: records in the inputs, written once by the
// host and read-only for workers. Everything is an offset: each process maps the inputs elsewhere.
#pragma once

#include "limits.hpp"

#include <prong/call.hpp>

#include <atomic>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prong::transport {

enum class JobKind : std::uint32_t {
  map = 1,
  result = 2,
  inspect = 3,    // read a plugin file's notes; the result is JSON
  load = 4,       // load a plugin file and find one function; the result is empty
  attempt = 5,    // try what the sandbox is to prevent; the result is sandbox/attempts' lines
  symbolise = 6,  // name places in files; the result is a line for each
  burn = 7,       // use the processor for a while, as nobody should; the result is empty
};

// An instruction in a file that a worker had loaded.
struct CodePlace {
  std::string file;
  std::string build_id;  // in hexadecimal; of another build nothing is told
  std::uint64_t offset = 0;
  friend auto operator<=>(const CodePlace&, const CodePlace&) = default;
};

// Which version of a plugin file a job is for.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// The plain form of what a job does, on either side.
struct JobDescription {
  JobKind kind = JobKind::map;
  Encoding items = Encoding::raw;
  Encoding results = Encoding::native;
  bool checks_items = false;  // MessagePack that nobody has made from values of the right type
  FileStamp stamp = {};
  std::string file;                          // absolute path
  std::string function;                      // qualified name
  std::string symbol;                        // mangled
  std::vector<std::string> parameters;       // names
  std::vector<std::string> parameter_types;  // signatures
  std::string result_type;
  std::size_t item_stride = 0;  // of raw items; not part of the record
  struct BoundValue {
    std::string name;
    Encoding encoding = Encoding::raw;
    std::string value;
  };
  std::vector<BoundValue> bound;
  std::vector<CodePlace> places;  // symbolise
};

// A JobDescription as it lies in the inputs: this head, then `size` bytes of it in MessagePack. Jobs that do
// the same share it.
struct DescriptionRecord {
  std::uint64_t number;  // of no other description in the pool
  std::uint64_t size;
};

// One job: what it does, and what is its own.
struct JobRecord {
  std::uint64_t number = 0;       // rises in each pool, from 1
  std::uint64_t description = 0;  // offset of the DescriptionRecord
  std::uint64_t seed = 0;
  std::atomic<std::uint32_t> cancelled = 0;  // the host sets it; a plugin's prong_batch::cancel points here
  std::uint32_t place = limits::open_jobs_max;  // of PoolWords::open_jobs; open_jobs_max: none
};

// Items that were pushed together. Offsets are from the start of the inputs, or of the outputs when
// `in_outputs` is set (the results of a map, on their way to a result function).
struct SegmentRecord {
  std::uint64_t items = 0;         // of the first item's bytes, or of what item_offsets are relative to
  std::uint64_t item_offsets = 0;  // of count + 1 numbers; 0: raw items
  std::uint64_t indices = 0;       // of count numbers; 0: first, first + 1, …
  std::uint64_t count = 0;
  std::uint64_t first = 0;          // index of item 0, as functions are told it
  std::uint64_t results = 0;        // of result 0, in the outputs; a multiple of the page size
  std::uint64_t results_bytes = 0;  // of the window, a multiple of the page size; 0: no raw results
  std::uint32_t gap = 0;            // bytes after each item
  std::uint32_t in_outputs = 0;
  // In the window of results: `count` words, the nanoseconds that each item took; then `count` more, of which
  // that of a task's first item says when the task began, by the steady clock. no_times: nobody asked.
  static constexpr std::uint64_t no_times = UINT64_MAX;
  std::uint64_t times = no_times;
  std::uint64_t window = 0;  // in_outputs: the window to be read, multiples of the page size
  std::uint64_t window_bytes = 0;
};

// The record's bytes, head included.
[[nodiscard]] std::string encode_description(std::uint64_t number, const JobDescription& job);
// The opposite. The bytes are the host's: a malformed record is a bug and throws.
[[nodiscard]] JobDescription decode_description(const DescriptionRecord& record);

}  // namespace prong::transport
