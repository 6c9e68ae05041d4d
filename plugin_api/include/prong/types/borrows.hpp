// Which types hold views into memory that is not theirs.
#pragma once

#include <prong/types/container.hpp>
#include <prong/types/struct.hpp>

#include <type_traits>

namespace prong::types {

template <class T>
struct Borrows : std::false_type {};

template <class... Parts>
using AnyBorrows = std::disjunction<Borrows<Parts>...>;

template <>
struct Borrows<std::string_view> : std::true_type {};
template <class T>
struct Borrows<std::span<T>> : std::true_type {};

template <class T, class Allocator>
struct Borrows<std::vector<T, Allocator>> : Borrows<T> {};
template <class T, std::size_t Count>
struct Borrows<std::array<T, Count>> : Borrows<T> {};
template <class T>
struct Borrows<std::optional<T>> : Borrows<T> {};
template <class T, class Compare>
struct Borrows<std::map<std::string, T, Compare>> : Borrows<T> {};
template <class T, class Hash, class Equal>
struct Borrows<std::unordered_map<std::string, T, Hash, Equal>> : Borrows<T> {};
template <class... Ts>
struct Borrows<std::tuple<Ts...>> : AnyBorrows<Ts...> {};
template <class First, class Second>
struct Borrows<std::pair<First, Second>> : AnyBorrows<First, Second> {};

template <class Struct, class... Each>
struct Borrows<Fields<Struct, Each...>> : AnyBorrows<typename Each::Value...> {};
template <Described T>
struct Borrows<T> : Borrows<typename Type<T>::Description> {};

}  // namespace prong::types
