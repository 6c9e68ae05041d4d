// Reading what an earlier run has left, and appending.
#include "cli/journal.hpp"

#include "cli/complete_write.hpp"
#include "cli/exit_status.hpp"
#include "cli/piece_parts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace prong::cli {

namespace {

constexpr std::string_view magic = "prong journal 2\n";
constexpr std::string_view magic_of_all = "prong journal ";
constexpr std::size_t window_bytes = std::size_t{256} << 10;

// Whatever was in the way may be gone the next time.
bool is_final(Ending ending) { return ending != Ending::cancelled && ending != Ending::lost; }

}  // namespace

Journal::Journal(Options options)
    : name_{options.file.native()},
      function_{std::move(options.function)},
      seed_{checksum_of(options.computation)} {
  try {
    open_file(options.resume);
    read_old();
  } catch (...) {
    if (descriptor_ >= 0) ::close(descriptor_);
    throw;
  }
}

Journal::~Journal() { ::close(descriptor_); }

void Journal::open_file(bool resume) {
  descriptor_ = ::open(name_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw OutputFailed{name_, errno};
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) throw OutputFailed{name_, errno};
  if (!S_ISREG(status.st_mode)) {
    throw WrongUsage{fmt::format(
        "--journal {}: a journal is read back, which takes a regular file; give another name", name_)};
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      throw InputFailed{fmt::format("{} is the journal of a run that has not ended; wait for it", name_)};
    throw OutputFailed{name_, errno};
  }
  if (::lseek(descriptor_, 0, SEEK_END) > 0 && !resume) {
    throw WrongUsage{
        fmt::format("--journal {}: there is such a file; go on from it with --resume, or remove it", name_)};
  }
}

void Journal::read_old() {
  const std::string_view begin = window_at(0).substr(0, magic.size());
  if (begin != magic.substr(0, begin.size()) && begin.starts_with(magic_of_all)) {
    throw InputFailed{fmt::format(
        "{} is a journal that another version of prong wrote; give --journal another file, or remove it",
        name_)};
  }
  if (begin != magic.substr(0, begin.size())) {
    throw InputFailed{fmt::format("{} is no journal of prong; give --journal another file", name_)};
  }
  std::uint64_t offset = begin.size();
  if (begin.size() < magic.size()) {
    offset = 0;
  } else {
    index_ = std::make_unique<JournalIndex>(std::filesystem::absolute(name_).parent_path());
    while (const auto record = read_record(window_at(offset))) {
      index_->set(record->head.position, offset);
      offset += record->head.bytes();
    }
  }
  // A record that a death has torn, or what a full disk has left.
  if (::ftruncate(descriptor_, static_cast<off_t>(offset)) != 0) throw OutputFailed{name_, errno};
  window_.clear();
  if (offset == 0) append(magic);
}

std::string_view Journal::window_at(std::uint64_t offset) {
  const auto whole_record = [&]() -> std::string_view {
    if (offset < window_begin_ || offset - window_begin_ >= window_.size()) return {};
    const auto bytes = std::string_view{window_}.substr(offset - window_begin_);
    const auto wanted = record_bytes(bytes);
    return wanted && *wanted <= bytes.size() ? bytes : std::string_view{};
  };
  if (const auto bytes = whole_record(); !bytes.empty()) return bytes;
  std::size_t size = window_bytes;
  for (;;) {
    window_.resize(size);
    window_begin_ = offset;
    std::size_t got = 0;
    while (got < size) {
      const ssize_t more =
          ::pread(descriptor_, window_.data() + got, size - got, static_cast<off_t>(offset + got));
      if (more < 0 && errno != EINTR) throw InputFailed{name_, errno};
      if (more == 0) break;
      got += static_cast<std::size_t>(std::max<ssize_t>(more, 0));
    }
    window_.resize(got);
    const auto wanted = record_bytes(window_);
    // What a head says is a claim, until the file is as long as that.
    const off_t end = ::lseek(descriptor_, 0, SEEK_END);
    const bool is_larger = wanted && *wanted > got && got == size;
    if (!is_larger || offset + *wanted > static_cast<std::uint64_t>(end)) return window_;
    size = *wanted;
  }
}

bool Journal::add_known(const RecordKey& key, KnownRun& run) {
  if (index_ == nullptr) return false;
  const auto offset = index_->find(key.position);
  if (!offset) return false;
  const auto record = read_record(window_at(*offset));
  if (!record || record->head.position != key.position || record->head.digest != key.digest) return false;
  if (record->head.ending == static_cast<std::uint32_t>(Ending::returned)) {
    run.add(record->payload);
    return true;
  }
  auto failure = failure_of(*record);
  if (!failure) return false;
  failure->function = function_;
  run.add(std::move(*failure));
  return true;
}

void Journal::record(const Piece& piece, Places places, const Inputs& inputs) {
  std::string records;
  auto failure = std::ranges::lower_bound(piece.failures, piece.first + places.begin, {}, &Failure::index);
  for (std::uint64_t place = places.begin; place < places.end; ++place) {
    const std::uint64_t position = piece.first + place;
    const RecordKey key{position, inputs.digests[position - inputs.position]};
    if (failure != piece.failures.end() && failure->index == position) {
      if (is_final(failure->ending)) append_record(key, *failure, records);
      ++failure;
      continue;
    }
    const std::size_t begin = begin_of(piece, place);
    append_record(
        key, {reinterpret_cast<const char*>(piece.bytes.data()) + begin, begin_of(piece, place + 1) - begin},
        records);
  }
  append(records);
}

void Journal::append(std::string_view bytes) {
  std::array part{vector_of(bytes)};
  if (const int error = write_completely(descriptor_, part); error != 0) throw OutputFailed{name_, error};
}

}  // namespace prong::cli
