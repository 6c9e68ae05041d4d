// A plugin in this process, and its functions by symbol. Loaded once, never unloaded. [worker]
#pragma once

#include "transport/job_record.hpp"
#include "worker/refusal_text.hpp"

#include <prong/plugin.h>

#include <string>
#include <variant>

namespace prong::worker {

// Loads the file, unless it is loaded, and finds the function that the job names; a job without a symbol
// wants none, and gets a null pointer. Runs the plugin's constructors: may crash, hang or exit. Fails when
// the file is not the version that the job is for, or does not itself define the symbol.
[[nodiscard]] std::variant<prong_function, RefusalText> load_function(const transport::JobDescription& job);

}  // namespace prong::worker
