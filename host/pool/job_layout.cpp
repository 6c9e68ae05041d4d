// A call held against its function: types, encodings and bound values, before anything runs. That a
// function's signature can be read, pool/description has seen to.
#include "names/printable.hpp"
#include "pool/functions.hpp"
#include "values/json_decoder.hpp"
#include "values/msgpack_decoder.hpp"
#include "values/signature.hpp"
#include "values/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

namespace prong::pool {

namespace {

using values::Type;
using values::Wire;

Encoding encoding_of(const Type& type) {
  switch (values::wire_of(type)) {
    case Wire::raw:
      return Encoding::raw;
    case Wire::views:
      return Encoding::views;
    case Wire::msgpack:
      break;
  }
  return Encoding::msgpack;
}

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::native:
      return "native";
    case Encoding::raw:
      return "raw";
    case Encoding::views:
      return "views";
    case Encoding::msgpack:
      return "msgpack";
    case Encoding::json:
      return "json";
    case Encoding::text:
      return "text";
  }
  return "unknown";
}

// Of one item; a result function's are the elements of its first parameter, a list.
Type item_type_of(const Call& call, const FunctionInfo& function) {
  const Type first = values::parse_signature(function.parameters.front().type);
  if (function.kind == FunctionKind::result) return first.children().front();
  if (function.parameters.size() == 1 || !call.bound.empty()) return first;
  std::vector<Type> types;
  for (const Parameter& parameter : function.parameters)
    types.push_back(values::parse_signature(parameter.type));
  return values::tuple_of(std::move(types));
}

bool is_textual(Encoding encoding) { return encoding == Encoding::json || encoding == Encoding::text; }

// Any type can be written in three encodings; raw and views are for types of their own. `what` is "items
// are", say.
void check_encoding(const FunctionInfo& function, std::string_view what, Encoding given, const Type& type) {
  const Encoding own = encoding_of(type);
  if (is_textual(given) || given == Encoding::msgpack || given == own) return;
  throw Mismatch{fmt::format("'{}': {} {}msgpack, json or text, as the type is {}, and not {}", function.name,
                             what, own == Encoding::msgpack ? "" : fmt::format("{}, ", name_of(own)),
                             type.to_string(), name_of(given))};
}

void check_signature(const FunctionInfo& function, std::string_view what, const std::string& given,
                     const Type& type) {
  if (given.empty() || given == type.to_string()) return;
  throw Mismatch{
      fmt::format("'{}': {} {}, the caller's type is {}", function.name, what, type.to_string(), given)};
}

std::string parameter_list(const FunctionInfo& function) {
  std::string list;
  for (const Parameter& parameter : function.parameters) {
    list += (list.empty() ? "" : ", ") + parameter.name + ": " + parameter.type;
  }
  return list;
}

std::optional<values::Mismatch> transcode(const Bound& bound, const Type& type, std::string& value) {
  if (bound.encoding == Encoding::msgpack)
    return values::decode_msgpack(type, std::as_bytes(std::span{bound.value}), value);
  values::JsonDecoder decoder{type};
  const std::string padded = bound.value + std::string(values::json_padding, ' ');
  const std::string_view text{padded.data(), bound.value.size()};
  return bound.encoding == Encoding::text ? decoder.decode_text(text, value) : decoder.decode(text, value);
}

// Raw values and views are any bytes, of the right number.
std::optional<values::Mismatch> check_wire(std::string_view value, const Type& type) {
  const auto layout = type.layout();
  if (!layout || value.size() == layout->size) return {};
  return values::Mismatch{.expected = fmt::format("{} of {} bytes", type.to_string(), layout->size),
                          .found = fmt::format("{} bytes", value.size())};
}

// The wire form of a bound value, whatever encoding it came in.
std::string bound_value(const FunctionInfo& function, const Parameter& parameter, const Bound& bound) {
  const Type type = values::parse_signature(parameter.type);
  const std::string place = fmt::format("argument '{}'", bound.name);
  check_signature(function, place + " is", bound.signature, type);
  check_encoding(function, place + " is", bound.encoding, type);
  std::string value;
  std::optional<values::Mismatch> mismatch;
  if (bound.encoding == Encoding::raw || bound.encoding == Encoding::views) {
    value = bound.value;
    mismatch = check_wire(value, type);
  } else {
    mismatch = transcode(bound, type, value);
  }
  if (mismatch)
    throw Mismatch{fmt::format("'{}': {}: {}", function.name, place, names::printable(mismatch->message()))};
  return value;
}

void lay_out_bound(const Call& call, const FunctionInfo& function, transport::JobDescription& job) {
  for (const Bound& bound : call.bound) {
    const auto parameter = std::ranges::find(function.parameters, bound.name, &Parameter::name);
    if (parameter == function.parameters.end()) {
      throw Mismatch{fmt::format("'{}' has no parameter '{}'; its parameters are ({})", function.name,
                                 bound.name, parameter_list(function))};
    }
    if (parameter == function.parameters.begin()) {
      throw Mismatch{fmt::format("'{}': the first parameter, '{}', is the item and cannot be bound",
                                 function.name, bound.name)};
    }
    if (std::ranges::count(call.bound, bound.name, &Bound::name) > 1) {
      throw Mismatch{fmt::format("'{}': argument '{}' is bound twice", function.name, bound.name)};
    }
    job.bound.push_back({.name = bound.name,
                         .encoding = encoding_of(values::parse_signature(parameter->type)),
                         .value = bound_value(function, *parameter, bound)});
  }
  const bool binds = !call.bound.empty() || function.kind == FunctionKind::result;
  if (!binds || job.bound.size() == function.parameters.size() - 1) return;
  for (const Parameter& parameter : function.parameters) {
    if (&parameter == &function.parameters.front()) continue;
    if (std::ranges::find(call.bound, parameter.name, &Bound::name) == call.bound.end()) {
      throw Mismatch{
          fmt::format("'{}' needs a value for '{}' too: bind all parameters but the first, or none",
                      function.name, parameter.name)};
    }
  }
}

}  // namespace

transport::FileStamp stamp_of(const registry::FileIdentity& identity) {
  return {.device = identity.device,
          .inode = identity.inode,
          .size = identity.size,
          .mtime_ns = identity.mtime_ns,
          .ctime_ns = identity.ctime_ns};
}

transport::JobDescription describe_job(const Call& call, const FunctionInfo& function,
                                       const std::optional<registry::PluginFile>& file) {
  const Type items = item_type_of(call, function);
  const Type results = values::parse_signature(function.result);
  if (call.kind == FunctionKind::result && !call.item_signature.empty() &&
      call.item_signature != items.to_string()) {
    throw Mismatch{fmt::format("'{}': the result function takes a list of {}, the results are {}",
                               function.name, items.to_string(), call.item_signature)};
  }
  check_signature(function, "items are", call.item_signature, items);
  check_signature(function, "results are", call.result_signature, results);
  check_encoding(function, "items are", call.items, items);
  if (call.results != Encoding::native) check_encoding(function, "results are", call.results, results);

  transport::JobDescription job;
  job.kind = function.kind == FunctionKind::map ? transport::JobKind::map : transport::JobKind::result;
  job.items = call.items;
  job.results = call.results == Encoding::native ? encoding_of(results) : call.results;
  job.checks_items = call.item_signature.empty();
  job.item_stride = items.layout() ? items.layout()->size : 0;
  job.function = function.name;
  if (file) {
    job.stamp = stamp_of(file->identity);
    job.file = file->path.string();
    job.symbol = function.symbol;
  }
  for (const Parameter& parameter : function.parameters) {
    job.parameters.push_back(parameter.name);
    job.parameter_types.push_back(parameter.type);
  }
  job.result_type = function.result;
  lay_out_bound(call, function, job);
  return job;
}

void take_function(JobFacts& facts, const Call& call, const FunctionInfo& function,
                   const transport::JobDescription& description) {
  facts.kind = description.kind;
  facts.function = function.name;
  facts.pure = function.pure && call.kind == FunctionKind::map;
  facts.items = description.items;
  facts.results = description.results;
  facts.item_stride = call.items == Encoding::raw ? description.item_stride : 0;
  facts.item_type = item_type_of(call, function);
  facts.result_type = values::parse_signature(function.result);
  const auto layout = facts.result_type.layout();
  facts.result_stride = layout ? layout->size : 0;
}

}  // namespace prong::pool
