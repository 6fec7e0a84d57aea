# find_package(usher)                      usher::connector and usher_add_plugin(): what a plug-in needs
# find_package(usher COMPONENTS contract)  and usher::contract: the suite that every connector must pass
include(CMakeFindDependencyMacro)
find_dependency(Poco 1.11 COMPONENTS Foundation Net NetSSL Crypto)
find_dependency(simdjson)
find_dependency(nlohmann_json)
find_dependency(fmt)
find_dependency(OpenSSL)
find_dependency(ZLIB)
find_dependency(PkgConfig)
pkg_check_modules(RE2 REQUIRED QUIET IMPORTED_TARGET re2)
pkg_check_modules(UTF8PROC REQUIRED QUIET IMPORTED_TARGET libutf8proc)
pkg_check_modules(XXHASH REQUIRED QUIET IMPORTED_TARGET libxxhash)

include(${CMAKE_CURRENT_LIST_DIR}/usher-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/usher-plugin.cmake)

set(usher_contract_FOUND FALSE)
if("contract" IN_LIST usher_FIND_COMPONENTS)
  find_package(GTest QUIET)
  if(GTest_FOUND AND EXISTS ${CMAKE_CURRENT_LIST_DIR}/usher-contract-targets.cmake)
    include(${CMAKE_CURRENT_LIST_DIR}/usher-contract-targets.cmake)
    set_property(TARGET usher::contract APPEND PROPERTY
      INTERFACE_LINK_LIBRARIES usher::connector GTest::gtest_main)
    set(usher_contract_FOUND TRUE)
  endif()
endif()

foreach(component IN LISTS usher_FIND_COMPONENTS)
  if(usher_FIND_REQUIRED_${component} AND NOT usher_${component}_FOUND)
    set(usher_FOUND FALSE)
    set(usher_NOT_FOUND_MESSAGE "usher has no component '${component}' here (contract needs GTest)")
  endif()
endforeach()
