// Decoding a description into what a call needs.
#include "worker/call_form.hpp"

#include "values/signature.hpp"

#include <cstring>

namespace prong::worker {

namespace {

// An item is the first parameter when others are bound or there are none, else the tuple of all.
values::Type item_type_of(const transport::JobDescription& job) {
  if (job.parameter_types.empty()) return values::Type{};
  if (job.kind == transport::JobKind::result) {
    const values::Type list = values::parse_signature(job.parameter_types.front());
    return list.children().front();
  }
  if (job.parameter_types.size() == 1 || !job.bound.empty()) {
    return values::parse_signature(job.parameter_types.front());
  }
  std::vector<values::Type> types;
  for (const std::string& type : job.parameter_types)
    types.push_back(values::parse_signature(type));
  return values::tuple_of(std::move(types));
}

values::Type result_type_of(const transport::JobDescription& job) {
  return job.result_type.empty() ? values::Type{} : values::parse_signature(job.result_type);
}

std::uint32_t abi_encoding(Encoding encoding) {
  switch (encoding) {
    case Encoding::raw:
      return PRONG_RAW;
    case Encoding::views:
      return PRONG_VIEWS;
    default:
      return PRONG_MSGPACK;
  }
}

}  // namespace

CallForm::CallForm(const transport::DescriptionRecord& record)
    : description_{transport::decode_description(record)},
      decoder_{item_type_of(description_)},
      result_type_{result_type_of(description_)} {
  lay_out_bound();
}

// The ABI promises raw values aligned to 16 bytes; a std::string promises one.
void CallForm::lay_out_bound() {
  for (const auto& bound : description_.bound) {
    auto& memory = bound_values_.emplace_back(bound.value.size() / sizeof(std::max_align_t) + 1);
    std::memcpy(memory.data(), bound.value.data(), bound.value.size());
    bound_.push_back({.name = bound.name.c_str(),
                      .value = {.data = memory.data(), .size = bound.value.size()},
                      .encoding = abi_encoding(bound.encoding),
                      .reserved = 0});
  }
}

const std::optional<RefusalText>& CallForm::load(const FindDefined& find_defined) {
  if (!function_ && !refusal_) {
    auto found = find_function(description_, find_defined);
    if (auto* function = std::get_if<BatchFunction>(&found)) {
      function_ = std::move(*function);
    } else {
      refusal_ = std::get<RefusalText>(std::move(found));
    }
  }
  return refusal_;
}

int32_t CallForm::call(prong_batch& batch) const {
  batch.struct_size = sizeof batch;
  batch.abi_major = PRONG_ABI_MAJOR;
  batch.abi_minor = PRONG_ABI_MINOR;
  batch.function = description_.function.c_str();
  batch.bound = bound_.data();
  batch.bound_count = static_cast<std::uint32_t>(bound_.size());
  return function_(batch);
}

}  // namespace prong::worker
