// Beyond one machine: an engine carries the same calls to nodes, each of which runs them in a pool of its
// own. docs/scale-out.md says what is promised.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace prong {

// Of a pool whose items run on nodes, and of a node.
struct EngineOptions {
  // "gearman://HOST:4730,OTHER:4730", of Gearman's brokers; "mpi", the ranks of the run that this process is
  // of; empty: there is none.
  std::string address = {};
  // A file of 32 bytes that client and nodes share, which only its owner may read: all that goes through the
  // engine is sealed with it. Empty: anybody who reaches the engine can read data, run functions and forge
  // results, so the brokers must be on loopback.
  std::filesystem::path key = {};
  bool insecure = false;  // without a key, whoever may reach the brokers
  // Nodes may have any builds of a plugin. Otherwise all items of a call run on that of this machine, or,
  // when it has none, on that of the node which answers first.
  bool any_build = false;
  // A node that is not heard of for so long, or for its own patience where that is longer, is taken as lost,
  // and what it had runs elsewhere; an engine that stays away for six times as long is given up.
  std::chrono::milliseconds patience{10'000};
};

}  // namespace prong
