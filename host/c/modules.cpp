// What plugins say of themselves, as structs of C that point into the library's own.
#include "arguments.hpp"
#include "call_form.hpp"
#include "guard.hpp"
#include "handles.hpp"

#include <prong/c/modules.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

using prong::c::checked;
using prong::c::guard_new;

namespace {

// Neither moves: their structs point into them.
struct Function : prong_function_info {
  explicit Function(prong::FunctionInfo info) : prong_function_info{}, source{std::move(info)} {
    for (const prong::Parameter& parameter : source.parameters)
      each.push_back({.name = parameter.name.c_str(), .type = parameter.type.c_str()});
    static_cast<prong_function_info&>(*this) = {.struct_size = sizeof(prong_function_info),
                                                .kind = static_cast<std::uint32_t>(source.kind),
                                                .name = source.name.c_str(),
                                                .parameters = each.data(),
                                                .parameter_count = each.size(),
                                                .result = source.result.c_str(),
                                                .doc = source.doc.c_str(),
                                                .pure = source.pure,
                                                .prepared = source.prepared,
                                                .symbol = source.symbol.c_str()};
  }
  Function(const Function&) = delete;
  Function& operator=(const Function&) = delete;

  prong::FunctionInfo source;
  std::vector<prong_parameter> each;
};

class Module : public prong_module {
 public:
  explicit Module(prong::ModuleInfo info) : prong_module{}, source_{std::move(info)} {
    for (prong::FunctionInfo& function : source_.functions)
      pointers_.push_back(&functions_.emplace_back(std::move(function)));
    if (source_.refusal) {
      refusal_ = {.struct_size = sizeof(prong_refusal),
                  .reserved = 0,
                  .code = source_.refusal->code.c_str(),
                  .required = source_.refusal->required.c_str(),
                  .found = source_.refusal->found.c_str(),
                  .fix = source_.refusal->fix.c_str()};
    }
    fill();
  }
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

 private:
  void fill() {
    static_cast<prong_module&>(*this) = {
        .struct_size = sizeof(prong_module),
        .abi_major = source_.abi_major,
        .abi_minor = source_.abi_minor,
        .reserved = 0,
        .name = source_.module.c_str(),
        .file = source_.file.c_str(),
        .noted_name = source_.noted_module.c_str(),
        .description = source_.description.c_str(),
        .version = source_.version.c_str(),
        .license = source_.license.c_str(),
        .build_id = source_.build_id.c_str(),
        .functions = pointers_.data(),
        .function_count = pointers_.size(),
        .shadowed_by = source_.shadowed_by ? source_.shadowed_by->c_str() : nullptr,
        .refusal = source_.refusal ? &refusal_ : nullptr,
    };
  }

  prong::ModuleInfo source_;
  std::deque<Function> functions_;
  std::vector<const prong_function_info*> pointers_;
  prong_refusal refusal_{};
};

}  // namespace

struct prong_modules {
  explicit prong_modules(std::vector<prong::ModuleInfo> infos) {
    for (prong::ModuleInfo& info : infos)
      modules.emplace_back(std::move(info));
  }

  std::deque<Module> modules;
};

prong_modules* prong_pool_modules(prong_pool* pool, prong_error** error) {
  return guard_new(error,
                   [&] { return std::make_unique<prong_modules>(checked(pool, "pool").pool.modules()); });
}

prong_modules* prong_pool_find(prong_pool* pool, const char* name, prong_error** error) {
  return guard_new(error, [&] {
    return std::make_unique<prong_modules>(
        checked(pool, "pool").pool.find(prong::c::read_string(name, "name")));
  });
}

void prong_modules_free(prong_modules* modules) { delete modules; }
uint64_t prong_modules_count(const prong_modules* modules) { return modules->modules.size(); }
const prong_module* prong_modules_at(const prong_modules* modules, uint64_t module) {
  return &modules->modules[module];
}

prong_function_info* prong_pool_describe(prong_pool* pool, const char* function, uint32_t kind,
                                         prong_error** error) {
  return guard_new(error, [&]() -> std::unique_ptr<prong_function_info, void (*)(prong_function_info*)> {
    auto info = checked(pool, "pool")
                    .pool.describe(prong::c::read_string(function, "function"), prong::c::read_kind(kind));
    return {new Function{std::move(info)}, &prong_function_info_free};
  });
}

void prong_function_info_free(prong_function_info* info) { delete static_cast<Function*>(info); }
