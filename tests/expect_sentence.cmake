# Compiles SOURCE with the list of FLAGS, which must fail with one error: the sentence in the source's first line.
file(READ ${SOURCE} sentence)
string(REGEX REPLACE "^// ([^\n]*).*" "\\1" sentence "${sentence}")
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only ${FLAGS} ${SOURCE}
                RESULT_VARIABLE status ERROR_VARIABLE errors)
string(REGEX MATCHALL "error: " found "${errors}")
list(LENGTH found count)
string(FIND "${errors}" "${sentence}" position)
if(status EQUAL 0 OR position EQUAL -1 OR NOT count EQUAL 1)
  message(FATAL_ERROR "expected one error\n  ${sentence}\nfound ${count}\n${errors}")
endif()
