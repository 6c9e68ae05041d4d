// The check of one file: place, name, notes, loading, and what the functions are to each other.
#include "limits.hpp"
#include "names/encoding.hpp"
#include "names/qualified_name.hpp"
#include "pool/description.hpp"
#include "pool/engine.hpp"
#include "pool/probe_refusal.hpp"
#include "registry/catalogue.hpp"
#include "registry/trust.hpp"
#include "values/signature.hpp"

#include <prong/check.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace prong {

namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;

// Of one severity. A file may have a fault for each of a great many notes: of each code some are told.
class Findings {
 public:
  explicit Findings(Severity severity) : severity_{severity} {}

  void add(Refusal words) {
    if (++counts_[words.code] > limits::check_findings_max) return;
    list_.push_back({severity_, std::move(words.code), std::move(words.required), std::move(words.found),
                     std::move(words.fix)});
  }
  [[nodiscard]] std::size_t count(const std::string& code) const {
    const auto found = counts_.find(code);
    return found == counts_.end() ? 0 : found->second;
  }
  [[nodiscard]] const std::vector<Finding>& all() const noexcept { return list_; }

  // Told in any case.
  void add_last(Refusal words) {
    last_.push_back({severity_, std::move(words.code), std::move(words.required), std::move(words.found),
                     std::move(words.fix)});
  }

  // With one for those that were not told.
  std::vector<Finding> take() {
    for (const auto& [code, count] : counts_) {
      if (count <= limits::check_findings_max) continue;
      list_.push_back({severity_, code, "what those above of this kind say",
                       fmt::format("and {} more", count - limits::check_findings_max),
                       "mend those above, and check again"});
    }
    std::ranges::move(last_, std::back_inserter(list_));
    return std::move(list_);
  }

 private:
  Severity severity_;
  std::vector<Finding> list_;
  std::vector<Finding> last_;
  std::map<std::string, std::size_t> counts_;  // by code
};

// The engine looks and loads; it has one worker, and this file is all that it is asked for.
class PluginCheck {
 public:
  PluginCheck(pool::Engine& engine, const fs::path& file, std::chrono::milliseconds load_timeout)
      : engine_{engine}, load_timeout_{load_timeout} {
    if (!file.empty()) file_.path = fs::absolute(file);
    file_.module = names::module_of_file(file_.path.filename().native()).value_or("");
    report_.module = pool::undescribed(file_);
  }

  CheckReport run() {
    const bool readable = check_place();
    if (readable && file_.module.empty()) add_error(wrong_name());
    if (readable && look()) {
      if (is_trusted_) load_all();
      check_pairs();
      check_exports();
      check_texts();
    }
    for (Findings* findings : {&errors_, &warnings_})
      std::ranges::move(findings->take(), std::back_inserter(report_.findings));
    report_.module.refusal.reset();
    return std::move(report_);
  }

 private:
  void add_error(Refusal words) { errors_.add(std::move(words)); }
  // Each of many notes may have the same fault.
  [[nodiscard]] bool is_told(const Refusal& fault) const {
    return std::ranges::any_of(errors_.all(), [&](const Finding& one) {
      return one.code == fault.code && one.required == fault.required && one.found == fault.found;
    });
  }
  void warn(Refusal words) { warnings_.add(std::move(words)); }

  static Refusal wrong_name() {
    return {"wrong-name", "a file name that encodes the path of a module, as acme-_-stats.so for acme.stats",
            "a name that encodes none", "name the file after its module (prong_add_plugin does)"};
  }

  // Whether there is a file to look at. One that others may change can be looked at, and must not be loaded.
  bool check_place() {
    auto examined =
        file_.path.empty() ? registry::Examined{registry::Absent{}} : registry::examine(file_.path);
    if (const auto* identity = std::get_if<registry::FileIdentity>(&examined)) {
      file_.identity = *identity;
      is_trusted_ = true;
      return true;
    }
    if (std::holds_alternative<registry::Absent>(examined)) {
      add_error({"not-found", "a file", "nothing of this name", "give the path of a plugin's file"});
      return false;
    }
    auto& refusal = std::get<registry::Refusal>(examined);
    const bool readable = refusal.code == "not-owned" || refusal.code == "writable-by-others";
    add_error({refusal.code, refusal.required, refusal.found, refusal.fix});
    return readable;
  }

  // Whether it is a plugin that may be loaded, as far as its notes say.
  bool look() {
    transport::JobDescription job;
    job.kind = transport::JobKind::inspect;
    job.function = file_.module;
    job.file = file_.path.string();
    const auto answer = engine_.probe(std::move(job), {}, limits::inspect_time);
    if (!answer) {
      add_error(pool::refusal_of_look(answer.failure(), limits::inspect_time));
      return false;
    }
    auto description = pool::read_description(file_, answer.value());
    const std::string noted = description.module.noted_module;
    if (noted != description.module.module && !names::find_module_fault(noted)) {
      // By its notes it is another module: the rest is checked as that one's.
      for (Refusal& fault : description.faults) {
        if (fault.code == "module-name" || fault.code == "duplicate-module") add_error(std::move(fault));
      }
      file_.module = noted;
      description = pool::read_description(file_, answer.value());
    }
    for (Refusal& fault : description.faults) {
      all_notes_read_ = all_notes_read_ && fault.code != "malformed-notes";
      if (!is_told(fault)) add_error(std::move(fault));
    }
    report_.module = std::move(description.module);
    return !description.foreign_abi;
  }

  // A symbol that the file exports is there. Each that is missing costs a worker, and the next one runs the
  // constructors again: all of them together have as long as the first load.
  void load_all() {
    if (!load(report_.module.module, "", load_timeout_)) return;
    const auto doubtful = unexported_functions();
    const auto deadline = Clock::now() + load_timeout_;
    for (std::size_t i = 0; i < doubtful.size(); ++i) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      const bool is_enough =
          errors_.count("missing-symbol") >= limits::check_findings_max || left.count() <= 0;
      if (is_enough || !load(doubtful[i]->name, doubtful[i]->symbol, left)) {
        if (!is_refused_) errors_.add_last(not_looked_for(doubtful.size() - i));
        return;
      }
    }
  }

  [[nodiscard]] std::vector<const FunctionInfo*> unexported_functions() const {
    std::set<std::string_view> known{report_.module.exports.begin(), report_.module.exports.end()};
    std::vector<const FunctionInfo*> functions;
    for (const FunctionInfo& function : report_.module.functions) {
      if (known.insert(function.symbol).second) functions.push_back(&function);
    }
    return functions;
  }

  static Refusal not_looked_for(std::size_t count) {
    return {
        "missing-symbol", "an exported symbol for every function that a note describes",
        fmt::format("and {} more functions whose symbols the file does not list, and which were not looked "
                    "for",
                    count),
        "mend those that were found, and check again, perhaps with more time (--timeout)"};
  }

  // False: nothing more can be told of the file.
  bool load(const std::string& name, const std::string& symbol, std::chrono::milliseconds limit) {
    transport::JobDescription job;
    job.kind = transport::JobKind::load;
    job.stamp = pool::stamp_of(file_.identity);
    job.file = file_.path.string();
    job.function = name;
    job.symbol = symbol;
    const auto answer = engine_.probe(std::move(job), {}, limit);
    if (answer) {
      if (!symbol.empty()) check_is_function(symbol);
      return true;
    }
    // It has loaded before: only the time was too short.
    if (limit < load_timeout_ && answer.failure().ending == Ending::timed_out) return false;
    Refusal refusal = pool::refusal_of_load(answer.failure(), limit);
    is_refused_ = refusal.code != "missing-symbol";
    add_error(std::move(refusal));
    return !is_refused_;
  }

  void check_is_function(const std::string& symbol) {
    const auto& exports = report_.module.exports;
    if (exports.empty() || std::ranges::find(exports, symbol) != exports.end()) return;
    add_error({"missing-symbol", fmt::format("a function {}", symbol), "data of this name",
               "export the function under this name"});
  }

  void check_pairs() {
    for (const FunctionInfo& result : report_.module.functions) {
      if (result.kind != FunctionKind::result) continue;
      const auto map = std::ranges::find_if(report_.module.functions, [&](const FunctionInfo& one) {
        return one.kind == FunctionKind::map && one.name == result.name;
      });
      if (map == report_.module.functions.end()) {
        warn({"result-without-map", fmt::format("a map function '{}', whose results it takes", result.name),
              "a result function alone", "give both functions the same name"});
      } else {
        check_pair(*map, result);
      }
    }
  }

  void check_pair(const FunctionInfo& map, const FunctionInfo& result) {
    const std::string& takes = result.parameters.front().type;
    const values::Type wanted = values::list_of(values::parse_signature(map.result));
    if (values::parse_signature(takes) == wanted) return;
    add_error({"result-type",
               fmt::format("the result function '{}' to take {}, the results of its map "
                           "function",
                           result.name, wanted.to_string()),
               fmt::format("a first parameter of type {}", takes),
               "change the parameter's type, or give the result function another name"});
  }

  void check_exports() {
    if (!all_notes_read_) return;
    std::set<std::string_view> noted;
    for (const FunctionInfo& function : report_.module.functions)
      noted.insert(function.symbol);
    for (const std::string& symbol : report_.module.exports) {
      if (noted.contains(symbol) || !symbol.ends_with("EPK11prong_batch")) continue;
      warn({"unnoted-function", "a note for every exported function",
            fmt::format("the symbol {} without one, so that nobody can call it", symbol),
            "describe it with PRONG_MAP or PRONG_RESULT, or do not export it"});
    }
  }

  void check_texts() {
    const ModuleInfo& module = report_.module;
    if (module.functions.empty() && all_notes_read_) {
      warn({"no-functions", "a map or result function", "none", "describe functions with PRONG_MAP"});
    }
    if (module.build_id.empty()) {
      warn({"no-build-id", "a build-id, which tells one build from another", "none",
            "link with -Wl,--build-id (prong_add_plugin does)"});
    }
    const auto need = [&](const std::string& text, std::string_view what) {
      if (!text.empty()) return;
      warn({fmt::format("no-{}", what), fmt::format("a {} in the note of the module", what), "none",
            "write it into PRONG_MODULE"});
    };
    need(module.description, "description");
    need(module.version, "version");
    need(module.license, "license");
  }

  pool::Engine& engine_;
  const std::chrono::milliseconds load_timeout_;
  registry::PluginFile file_;
  bool is_trusted_ = false;
  bool is_refused_ = false;  // as a whole, by a load
  bool all_notes_read_ = true;
  CheckReport report_;
  Findings errors_{Severity::error};
  Findings warnings_{Severity::warning};
};

}  // namespace

bool CheckReport::passed() const noexcept {
  return std::ranges::none_of(findings, [](const Finding& one) { return one.severity == Severity::error; });
}

CheckReport check_plugin(const fs::path& file, const CheckOptions& options) {
  const auto engine = std::make_shared<pool::Engine>(
      std::make_shared<registry::Catalogue>(std::vector<fs::path>{}),
      PoolOptions{.workers = 1, .load_timeout = options.load_timeout, .zygote = options.zygote});
  const std::shared_ptr<void> end{nullptr, [&](void*) {
                                    engine->terminate();
                                    engine->join();
                                  }};
  return PluginCheck{*engine, file, options.load_timeout}.run();
}

}  // namespace prong
