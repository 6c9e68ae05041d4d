// The pool's inputs and outputs as a worker maps them: inputs for reading, of the outputs one window at a
// time.
#pragma once

#include "limits.hpp"
#include "transport/job_record.hpp"
#include "transport/shared_memory.hpp"

namespace prong::worker {

class SharedData {
 public:
  SharedData(const transport::FileDescriptor& inputs, const transport::FileDescriptor& outputs)
      : inputs_{inputs, limits::inputs_bytes, transport::Access::read_only},
        outputs_{outputs, limits::outputs_bytes, transport::Access::read_write} {
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
  // pointer must not reach another job's results. Stays open for the next segment with the same window.
  void open_window(const transport::SegmentRecord& segment) {
    const Window wanted =
        segment.in_outputs != 0
            ? Window{segment.window, segment.window_bytes, transport::Protection::read}
            : Window{segment.results, segment.results_bytes, transport::Protection::read_write};
    if (wanted == window_) return;
    if (window_.size != 0)
      transport::protect(outputs_, window_.offset, window_.size, transport::Protection::none);
    if (wanted.size != 0) transport::protect(outputs_, wanted.offset, wanted.size, wanted.protection);
    window_ = wanted;
  }

 private:
  struct Window {
    std::size_t offset = 0;
    std::size_t size = 0;
    transport::Protection protection = transport::Protection::none;
    bool operator==(const Window&) const = default;
  };
  transport::Mapping inputs_;
  transport::Mapping outputs_;
  Window window_;
};

}  // namespace prong::worker
