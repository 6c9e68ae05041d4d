// The file of --failures: a line of JSON for each item that failed, with its input.
#pragma once

#include "cli/inputs.hpp"
#include "cli/output.hpp"

#include <prong/call.hpp>

#include <span>
#include <string>
#include <utility>

namespace prong::cli {

// How the text of an input becomes JSON.
struct InputForm {
  Encoding encoding = Encoding::json;  // json, text, raw, or msgpack, which is a list of scalars
  std::string type = {};               // text: what it is taken for; raw and msgpack: what it is
};

// {"index":17,"outcome":"threw","message":"threw: …","input":3}. Of what is run again, the index is that of
// the first time. What should be JSON and is none is "text" instead; either is "input_base64" or
// "text_base64" when it is text and not UTF-8. Of one whose worker died there is "crash" too
// (docs/crash-reports.md).
class FailuresFile {
 public:
  // The output outlives this.
  FailuresFile(Output& output, InputForm form) : output_{&output}, form_{std::move(form)} {}

  // Those of the failures that are of these inputs; a failure's index is its position. Cancelled items have
  // not failed. Throws OutputFailed.
  void record(std::span<const Failure> failures, const Inputs& inputs);

 private:
  Output* output_;
  InputForm form_;
};

}  // namespace prong::cli
