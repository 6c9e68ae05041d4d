// The pool's inputs and outputs as a worker maps them: inputs for reading, of the outputs one window at a
// time.
#pragma once

#include "limits.hpp"
#include "transport/job_record.hpp"
#include "transport/shared_memory.hpp"

namespace prong::worker {

class SharedData {
 public:
  // A mapping of the outputs that is made `read_only` can never be written, if their file is sealed so.
  SharedData(const transport::FileDescriptor& inputs, const transport::FileDescriptor& outputs,
             transport::Access access)
      : inputs_{inputs, limits::inputs_bytes, transport::Access::read_only},
        outputs_{outputs, limits::outputs_bytes, access},
        writes_outputs_{access == transport::Access::read_write} {
    transport::protect(outputs_, 0, limits::outputs_bytes, transport::Protection::none);
  }

  template <class T>
  [[nodiscard]] const T* input(std::size_t offset) const noexcept {
    return inputs_.at<const T>(offset);
  }
  template <class T>
  [[nodiscard]] T* output(std::size_t offset) const noexcept {
    return outputs_.at<T>(offset);
  }

  // Lets the process touch what the segment needs of the outputs, and nothing else of them: a plugin's stray
  // pointer must not reach another job's results. Stays open for the next segment with the same windows.
  void open_windows(const transport::SegmentRecord& segment) {
    const Window items{segment.window, segment.window_bytes};
    const Window results = writes_outputs_ ? Window{segment.results, segment.results_bytes} : Window{};
    if (items == items_ && results == results_) return;
    for (const Window& window : {items_, results_})
      protect(window, transport::Protection::none);
    protect(items, transport::Protection::read);
    protect(results, transport::Protection::read_write);
    items_ = items;
    results_ = results;
  }

 private:
  struct Window {
    std::size_t offset = 0;
    std::size_t size = 0;
    bool operator==(const Window&) const = default;
  };
  void protect(const Window& window, transport::Protection protection) const {
    if (window.size != 0) transport::protect(outputs_, window.offset, window.size, protection);
  }

  transport::Mapping inputs_;
  transport::Mapping outputs_;
  bool writes_outputs_;
  Window items_;  // of a segment whose items are an earlier job's results
  Window results_;
};

}  // namespace prong::worker
