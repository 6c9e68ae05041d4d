// Which options each command has, declared to CLI11.
#pragma once

namespace CLI {
class App;
}

namespace prong::cli {

struct Command;

void declare_options(CLI::App& app, const Command& command);

}  // namespace prong::cli
