// The functions of this process: those of plugins by symbol, and those that the host defined by name. A
// plugin is loaded once and never unloaded. [worker]
#pragma once

#include "transport/job_record.hpp"
#include "worker/refusal_text.hpp"

#include <prong/dynamic_function.hpp>

#include <functional>
#include <string_view>
#include <variant>

namespace prong::worker {

// Finds a function that the host defined before this process was forked from it; nullptr: there is none.
// Empty in a process that was started as an executable.
using FindDefined = std::function<const BatchFunction*(FunctionKind, std::string_view name)>;

// The function that the job names; a job without a symbol wants none of its file, and gets an empty one. When
// it is a plugin's: loads the file, unless it is loaded, which runs the plugin's constructors and may crash,
// hang or exit; fails when the file is not the version that the job is for, or does not itself define the
// symbol.
[[nodiscard]] std::variant<BatchFunction, RefusalText> find_function(const transport::JobDescription& job,
                                                                     const FindDefined& find_defined);

}  // namespace prong::worker
