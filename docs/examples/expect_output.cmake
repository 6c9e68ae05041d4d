# Runs PROGRAM, which must end with status 0 and print exactly what the file EXPECTED holds.
execute_process(COMMAND ${PROGRAM} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
file(READ ${EXPECTED} expected)
if(NOT status EQUAL 0 OR NOT output STREQUAL expected)
  message(FATAL_ERROR "status ${status}\n-- printed\n${output}-- expected\n${expected}-- on standard error\n${errors}")
endif()
