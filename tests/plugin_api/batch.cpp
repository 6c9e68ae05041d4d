// What the callbacks of a Batch record.
#include "batch.hpp"

namespace {

std::string text_of(const prong_view& view) {
  return {static_cast<const char*>(view.data), static_cast<std::size_t>(view.size)};
}

}  // namespace

Batch::Batch() : prong_batch{} {
  struct_size = sizeof(prong_batch);
  abi_major = PRONG_ABI_MAJOR;
  abi_minor = PRONG_ABI_MINOR;
  function = "tests.kinds.some";
  progress = &ended;
  cancel = &is_cancelled;
  state = &state_;
  context = this;
  fail = [](const prong_batch* batch, std::uint64_t item, const prong_failure* failure) {
    auto& self = *static_cast<Batch*>(batch->context);
    self.failures.push_back({item, text_of(failure->type), text_of(failure->what), self.ended});
    self.on_item(item);
  };
  emit = [](const prong_batch* batch, std::uint64_t item, const void* data,
            std::uint64_t size) -> std::int32_t {
    auto& self = *static_cast<Batch*>(batch->context);
    self.on_item(item);
    if (self.too_large == item) return 1;
    self.emitted.at(item) = text_of({data, size});
    return 0;
  };
}

Batch::~Batch() {
  if (state_.object && state_.destroy) state_.destroy(state_.object);
}

Batch& Batch::with_texts(std::vector<std::string> texts) {
  texts_ = std::move(texts);
  for (const std::string& text : texts_)
    views_.push_back({text.data(), text.size()});
  count = texts_.size();
  item_encoding = PRONG_VIEWS;
  views = views_.data();
  return *this;
}

Batch& Batch::with_msgpack(std::vector<std::string> values) {
  with_texts(std::move(values));
  item_encoding = PRONG_MSGPACK;
  return *this;
}

Batch& Batch::returning_text() {
  result_encoding = PRONG_VIEWS;
  emitted.resize(std::max<std::uint64_t>(count, 1));
  return *this;
}

Batch& Batch::binding_text(const char* name, std::string_view value) {
  const auto* bytes = reinterpret_cast<const std::byte*>(value.data());
  return bind(name, {bytes, bytes + value.size()}, PRONG_VIEWS);
}

Batch& Batch::bind(const char* name, std::vector<std::byte> bytes, prong_encoding encoding) {
  const std::vector<std::byte>& kept = bound_bytes_.emplace_back(std::move(bytes));
  bound_.push_back({name, {kept.data(), kept.size()}, static_cast<std::uint32_t>(encoding), 0});
  bound = bound_.data();
  bound_count = static_cast<std::uint32_t>(bound_.size());
  return *this;
}
