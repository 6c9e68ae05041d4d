// Calls that were held against their functions before: the next one like it needs no more than a look whether
// the plugin's file is still the same.
#pragma once

#include "pool/job_state.hpp"
#include "registry/plugin_file.hpp"

#include <prong/call.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace prong::pool {

struct PreparedCall {
  std::optional<registry::PluginFile> file;  // none: a dynamic function
  std::string symbol;
  JobFacts facts;  // what is the same for all such calls
};

// [any thread]
class PreparedCalls {
 public:
  // nullptr: there is none like it, or not with this file.
  [[nodiscard]] std::shared_ptr<const PreparedCall> find(const Call& call,
                                                         const std::optional<registry::PluginFile>& file);
  void remember(const Call& call, std::shared_ptr<const PreparedCall> prepared);

 private:
  // What of a call decides how it is prepared.
  struct Entry {
    std::string function;
    FunctionKind kind;
    Encoding items;
    Encoding results;
    std::string item_signature;
    std::string result_signature;
    std::vector<Bound> bound;
    std::shared_ptr<const PreparedCall> prepared;
    [[nodiscard]] bool is_like(const Call& call) const;
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;  // the last one used first
};

}  // namespace prong::pool
