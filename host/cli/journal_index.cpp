// Paging.
#include "cli/journal_index.hpp"

#include "cli/exit_status.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <string>

namespace prong::cli {

namespace {

constexpr std::uint64_t page_entries = 8192;
constexpr std::uint64_t page_bytes = page_entries * sizeof(std::uint64_t);
// Of a file's offset.
constexpr std::uint64_t pages_max = std::uint64_t{std::numeric_limits<off_t>::max()} / page_bytes;

int unnamed_file(const std::filesystem::path& folder) {
  const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  // Some file systems cannot.
  std::string name = folder / ".prong-index-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named < 0) throw OutputFailed{name, errno};
  ::unlink(name.c_str());
  return named;
}

}  // namespace

JournalIndex::JournalIndex(const std::filesystem::path& folder)
    : folder_{folder}, descriptor_{unnamed_file(folder)}, offsets_(page_entries) {}

JournalIndex::~JournalIndex() { ::close(descriptor_); }

void JournalIndex::set(std::uint64_t position, std::uint64_t offset) {
  turn_to(position / page_entries);
  offsets_[position % page_entries] = offset + 1;
  changed_ = true;
}

std::optional<std::uint64_t> JournalIndex::find(std::uint64_t position) {
  if (position / page_entries >= pages_max) return std::nullopt;
  turn_to(position / page_entries);
  const std::uint64_t entry = offsets_[position % page_entries];
  return entry == 0 ? std::nullopt : std::optional{entry - 1};
}

void JournalIndex::turn_to(std::uint64_t page) {
  if (page == page_) return;
  write_back();
  if (page >= pages_max) throw OutputFailed{folder_ / "(index of the journal)", EFBIG};
  std::ranges::fill(offsets_, 0);
  if (::pread(descriptor_, offsets_.data(), page_bytes, static_cast<off_t>(page * page_bytes)) < 0)
    throw OutputFailed{folder_ / "(index of the journal)", errno};
  page_ = page;
}

void JournalIndex::write_back() {
  if (!changed_) return;
  const auto written =
      ::pwrite(descriptor_, offsets_.data(), page_bytes, static_cast<off_t>(page_ * page_bytes));
  if (written != static_cast<ssize_t>(page_bytes))
    throw OutputFailed{folder_ / "(index of the journal)", written < 0 ? errno : ENOSPC};
  changed_ = false;
}

}  // namespace prong::cli
