# The few shapes that every folder's CMakeLists.txt is made of.

option(USHER_WERROR "treat warnings as errors" OFF)
option(USHER_FUZZ "build the fuzz targets (Clang only)" OFF)
set(USHER_SANITIZE "" CACHE STRING "sanitizers for everything: address,undefined or thread")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(USHER_WERROR)
  add_compile_options(-Werror)
endif()
if(USHER_SANITIZE)
  add_compile_options(-fsanitize=${USHER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${USHER_SANITIZE})
endif()

find_program(USHER_LLD ld.lld)
if(USHER_LLD)
  add_link_options(-fuse-ld=lld)
endif()
find_program(USHER_CCACHE ccache)
if(USHER_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${USHER_CCACHE})
endif()

# usher_library(NAME SOURCES a.cc … LINK lib …): one static library for one folder.
function(usher_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/usher>)
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
endfunction()

# usher_test(NAME SOURCES a_test.cc … LINK lib … [LABELS l …] [DEPENDS target …] [SERIAL] [SHARDS n]):
# one test binary for one folder; every test in it becomes one ctest test. SERIAL: one after the
# other. SHARDS: so many ctest tests for all of them together, where starting a process for each
# would take longer than the tests do.
function(usher_test name)
  cmake_parse_arguments(ARG "SERIAL" "SHARDS" "SOURCES;LINK;LABELS;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  if(USHER_SANITIZE MATCHES undefined)
    # What is tested is checked, not the test: a third of the compile time of matchers.
    target_compile_options(${name} PRIVATE -fno-sanitize=undefined)
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE USHER_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             USHER_BINARY_DIR="${PROJECT_BINARY_DIR}")
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  set(properties TIMEOUT 300)
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  if(ARG_SERIAL)
    list(APPEND properties RESOURCE_LOCK ${name})
  endif()
  if(NOT ARG_SHARDS)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES ${properties})
    return()
  endif()
  foreach(shard RANGE 1 ${ARG_SHARDS})
    math(EXPR index "${shard} - 1")
    add_test(NAME ${name}.${shard} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name}.${shard} PROPERTIES ${properties}
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${ARG_SHARDS};GTEST_SHARD_INDEX=${index}")
  endforeach()
endfunction()
