// A bounded queue between two processes: one writes, one reads, neither trusts the other, nobody locks.
//
//            tail                    head
//             v                       v
//   | free | item | item | item | item | free | free |      `slots` in a circle, indices only ever rise
//
// The writer owns `head`, the reader owns `tail`; each keeps its own number in private memory and only
// publishes it, so that a peer that scribbles over the shared words can confuse itself but not us:
//  - a false `tail` makes the writer overwrite what the liar has not read, or see a full ring;
//  - a false `head` is told from a true one by the distance to our `tail`, and reported as a violation.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace prong::transport {

template <class Item, std::size_t slots>
struct Ring {
  static_assert((slots & (slots - 1)) == 0, "a power of two, so that indices may wrap");
  static_assert(std::is_trivially_copyable_v<Item> && sizeof(Item) % sizeof(std::uint64_t) == 0);
  using Words = std::array<std::uint64_t, sizeof(Item) / sizeof(std::uint64_t)>;

  alignas(64) std::atomic<std::uint64_t> head;
  alignas(64) std::atomic<std::uint64_t> tail;
  alignas(64) std::array<Words, slots> items;
};

// Copies shared words one by one, each read exactly once: what is checked afterwards is what is used.
template <class Item>
[[nodiscard]] Item snapshot(const std::uint64_t* shared) noexcept {
  typename Ring<Item, 1>::Words copy;
  for (std::size_t i = 0; i < copy.size(); ++i) {
    copy[i] = std::atomic_ref{const_cast<std::uint64_t&>(shared[i])}.load(std::memory_order_relaxed);
  }
  return std::bit_cast<Item>(copy);
}

template <class Item, std::size_t slots>
class RingWriter {
 public:
  explicit RingWriter(Ring<Item, slots>& ring) noexcept : ring_{&ring} {}

  [[nodiscard]] bool try_push(const Item& item) noexcept {
    // acquire: pairs with the reader's release of tail; the slot was read before it is written again.
    if (head_ - ring_->tail.load(std::memory_order_acquire) >= slots) return false;
    const auto words = std::bit_cast<typename Ring<Item, slots>::Words>(item);
    auto& slot = ring_->items[head_ % slots];
    for (std::size_t i = 0; i < words.size(); ++i) {
      std::atomic_ref{slot[i]}.store(words[i], std::memory_order_relaxed);
    }
    // release: pairs with the reader's acquire of head; it sees the slot's words.
    ring_->head.store(++head_, std::memory_order_release);
    return true;
  }

 private:
  Ring<Item, slots>* ring_;
  std::uint64_t head_ = 0;
};

enum class Popped { item, nothing, violation };

template <class Item, std::size_t slots>
class RingReader {
 public:
  explicit RingReader(Ring<Item, slots>& ring) noexcept : ring_{&ring} {}

  [[nodiscard]] bool empty() const noexcept {
    // acquire: as in try_pop.
    return ring_->head.load(std::memory_order_acquire) == tail_;
  }

  [[nodiscard]] Popped try_pop(Item& item) noexcept {
    // acquire: pairs with the writer's release of head.
    const std::uint64_t head = ring_->head.load(std::memory_order_acquire);
    if (head == tail_) return Popped::nothing;
    if (head - tail_ > slots) return Popped::violation;
    item = snapshot<Item>(ring_->items[tail_ % slots].data());
    // release: pairs with the writer's acquire of tail; our reads are done before it overwrites the slot.
    ring_->tail.store(++tail_, std::memory_order_release);
    return Popped::item;
  }

 private:
  Ring<Item, slots>* ring_;
  std::uint64_t tail_ = 0;
};

}  // namespace prong::transport
