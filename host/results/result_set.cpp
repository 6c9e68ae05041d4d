// Finding an item's result, and its failure, among the pieces.
#include <prong/result_set.hpp>

#include <algorithm>
#include <iterator>

namespace prong {

struct ResultSet::Content {
  std::vector<Piece> pieces;
  std::vector<Failure> failures;
  std::span<const std::byte> contiguous;
  std::shared_ptr<const PluginBuild> build;
  std::size_t size = 0;
};

namespace {

std::span<const std::byte> side_by_side(const std::vector<Piece>& pieces) {
  const std::byte* begin = nullptr;
  const std::byte* end = nullptr;
  for (const Piece& piece : pieces) {
    if (piece.stride == 0 || (end != nullptr && piece.bytes.data() != end)) return {};
    if (begin == nullptr) begin = piece.bytes.data();
    end = piece.bytes.data() + piece.bytes.size();
  }
  return {begin, end};
}

}  // namespace

ResultSet::ResultSet() : ResultSet{std::vector<Piece>{}} {}

ResultSet::ResultSet(std::vector<Piece> pieces) {
  auto content = std::make_shared<Content>();
  for (const Piece& piece : pieces) {
    content->size += piece.count;
    content->failures.insert(content->failures.end(), piece.failures.begin(), piece.failures.end());
  }
  if (!pieces.empty()) content->build = pieces.front().build;  // that of all: a call is pinned to one
  content->pieces = std::move(pieces);
  content->contiguous = side_by_side(content->pieces);
  content_ = std::move(content);
}

std::size_t ResultSet::size() const noexcept { return content_->size; }
const std::vector<Failure>& ResultSet::failures() const noexcept { return content_->failures; }
std::span<const std::byte> ResultSet::contiguous() const noexcept { return content_->contiguous; }
const std::shared_ptr<const PluginBuild>& ResultSet::build() const noexcept { return content_->build; }
const std::vector<Piece>& ResultSet::pieces() const noexcept { return content_->pieces; }

ResultSet ResultSet::with_failures(std::vector<Failure> more) const {
  std::vector<Piece> pieces = content_->pieces;
  auto failure = more.begin();
  for (Piece& piece : pieces) {
    const auto end =
        std::ranges::lower_bound(failure, more.end(), piece.first + piece.count, {}, &Failure::index);
    piece.failures.insert(piece.failures.end(), std::move_iterator{failure}, std::move_iterator{end});
    std::ranges::sort(piece.failures, {}, &Failure::index);
    failure = end;
  }
  return ResultSet{std::move(pieces)};
}

std::span<const std::byte> ResultSet::value(std::size_t i) const { return ResultCursor{*this, i}.value(); }

ResultCursor::ResultCursor(const ResultSet& set, std::size_t first) {
  const auto& pieces = set.pieces();
  const auto after = std::ranges::upper_bound(pieces, first, {}, &Piece::first);
  piece_ = &*std::prev(after);
  pieces_left_ = static_cast<std::size_t>(pieces.end() - after) + 1;
  at_ = first - piece_->first;
}

}  // namespace prong
