// One batch of the inner source after the other, in runs.
#include "cli/intake.hpp"

#include "cli/halt.hpp"
#include "cli/journal.hpp"

#include <algorithm>
#include <utility>

namespace prong::cli {

Intake::Intake(Parts parts) : parts_{std::move(parts)} {
  if (parts_.file_memory != nullptr) files_.emplace(*parts_.file_memory);
}

std::optional<Items> Intake::next(Halt& halt) {
  while (!halt.requested()) {
    if (at_ == batch_.count) {
      position_ += std::exchange(at_, 0);
      const auto batch = parts_.inputs.next(halt);
      batch_ = batch.value_or(Items{});
      if (!batch) break;
    }
    const auto items = files_ ? take_file(halt) : take_items(halt);
    if (items) return items;
  }
  return std::nullopt;
}

Inputs Intake::inputs_of(std::uint64_t count) const {
  Inputs inputs{.position = position_ + at_, .count = count};
  if (parts_.keeps_text) {
    for (std::uint64_t i = at_; i < at_ + count; ++i)
      inputs.add_text(item_of(batch_, i));
    const auto indices = batch_.indices.empty() ? batch_.indices : batch_.indices.subspan(at_, count);
    inputs.indices.assign(indices.begin(), indices.end());
  }
  return inputs;
}

// What is computed draws the random numbers that it would draw if all was.
std::uint64_t Intake::index_of(std::uint64_t i) const {
  return batch_.indices.empty() ? position_ + i : batch_.indices[i];
}

void Intake::name_results(std::uint64_t count) const {
  if (parts_.names == nullptr || batch_.indices.empty()) return;
  for (std::uint64_t i = at_; i < at_ + count; ++i)
    parts_.names->expect(position_ + i, batch_.indices[i]);
}

void Intake::number(Items& items) const {
  items.first_index = index_of(at_);
  items.indices = batch_.indices.empty() ? batch_.indices : batch_.indices.subspan(at_, items.count);
}

void Intake::answer(Piece piece, Inputs inputs, Halt& halt) {
  try {
    if (!parts_.handover.answer(std::move(piece), std::move(inputs))) halt.request();
  } catch (...) {
    halt.request();
    throw;
  }
}

std::optional<Items> Intake::take_items(Halt& halt) {
  std::uint64_t count = batch_.count - at_;
  std::vector<Digest> digests;
  if (parts_.journal != nullptr) {
    KnownRun known{{.position = position_ + at_, .results = parts_.results, .build = build_}};
    std::uint64_t i = at_;
    for (; i < batch_.count; ++i) {
      const Digest digest = parts_.journal->digest_of(item_of(batch_, i), index_of(i));
      if (parts_.journal->add_known({position_ + i, digest}, known)) {
        if (!digests.empty()) break;
      } else if (known.count() > 0) {
        break;
      } else {
        digests.push_back(digest);
      }
    }
    // An item too many ended the run of those to compute: it is looked up again with its own run.
    if (digests.empty() && known.count() > 0) {
      name_results(known.count());
      Inputs inputs = inputs_of(known.count());
      at_ += known.count();
      answer(std::move(known).piece(), std::move(inputs), halt);
      return std::nullopt;
    }
    count = i - at_;
  }
  name_results(count);
  Inputs inputs = inputs_of(count);
  inputs.digests = std::move(digests);
  parts_.handover.expect(std::move(inputs));
  Items items = batch_;
  items.count = count;
  number(items);
  if (batch_.offsets.empty()) {
    const std::size_t stride = batch_.bytes.size() / batch_.count;
    items.bytes = batch_.bytes.subspan(at_ * stride, count * stride);
  } else {
    const auto all = batch_.offsets.subspan(at_, count + 1);
    items.bytes = batch_.bytes.subspan(all.front(), all.back() - all.front());
    offsets_.assign(all.begin(), all.end());
    for (std::uint64_t& offset : offsets_)
      offset -= all.front();
    items.offsets = offsets_;
  }
  at_ += count;
  return items;
}

std::optional<Items> Intake::take_file(Halt& halt) {
  Inputs inputs = inputs_of(1);
  const std::string path{item_of(batch_, at_)};
  Items items{.count = 1};
  number(items);
  ++at_;
  if (parts_.paths != nullptr) parts_.paths->expect(inputs.position, path);
  try {
    if (parts_.names != nullptr) parts_.names->expect(inputs.position, path);
    content_.reset();
    const auto content = files_->read(path, &halt);
    if (!content) return std::nullopt;
    content_ = content->bytes;
    offsets_ = {0, content->size};
  } catch (const InputFailed& error) {
    if (parts_.paths != nullptr) parts_.paths->set_told(inputs.position);
    KnownRun failed{{.position = inputs.position, .results = parts_.results, .build = build_}};
    failed.add(Failure{.ending = Ending::rejected, .function = parts_.function, .what = error.what()});
    answer(std::move(failed).piece(), std::move(inputs), halt);
    return std::nullopt;
  }
  items.bytes = {static_cast<const std::byte*>(content_.get()), offsets_[1]};
  items.offsets = offsets_;
  if (parts_.journal != nullptr) {
    inputs.digests.push_back(parts_.journal->digest_of(item_of(items, 0), *items.first_index));
    KnownRun known{{.position = inputs.position, .results = parts_.results, .build = build_}};
    if (parts_.journal->add_known({inputs.position, inputs.digests.front()}, known)) {
      answer(std::move(known).piece(), std::move(inputs), halt);
      return std::nullopt;
    }
  }
  parts_.handover.expect(std::move(inputs));
  return items;
}

}  // namespace prong::cli
