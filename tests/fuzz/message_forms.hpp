// The forms of message that message_fuzz.cpp reads, told apart by the first byte of an input.
#pragma once

#include <cstdint>
#include <string_view>

namespace prong::test {

enum class MessageForm : std::uint8_t { request, answer, claim, claim_answer, letter, packets, parcel };
inline constexpr std::uint8_t message_forms = 7;

// Of letters.
inline constexpr std::string_view queue_of_seeds = "prong:map:f.f";

}  // namespace prong::test
