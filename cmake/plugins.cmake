# What plug-ins are built with: the header that names the interface, and the target to link.

include(cmake/usher-plugin.cmake)

set(interface_header ${PROJECT_BINARY_DIR}/generated/usher_interface.h)
set(write_interface ${CMAKE_COMMAND} -D SOURCE=${PROJECT_SOURCE_DIR} -D VERSION=${PROJECT_VERSION}
    -D OUTPUT=${interface_header} -P ${PROJECT_SOURCE_DIR}/cmake/interface.cmake)
execute_process(COMMAND ${write_interface} COMMAND_ERROR_IS_FATAL ANY)  # for who only configures
file(GLOB interface_sources mapping/*.h connectors/*.h connectors/http/*.h)
add_custom_command(OUTPUT ${interface_header} COMMAND ${write_interface}
  DEPENDS ${interface_sources} connectors/usher_interface.h.in cmake/interface.cmake VERBATIM)
add_custom_target(usher_interface DEPENDS ${interface_header})
add_dependencies(usher_engine usher_interface)

add_library(usher_connector INTERFACE)
add_library(usher::connector ALIAS usher_connector)
add_dependencies(usher_connector usher_interface)
target_link_libraries(usher_connector INTERFACE usher_http nlohmann_json::nlohmann_json Poco::Foundation)
target_include_directories(usher_connector INTERFACE
  $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated> $<INSTALL_INTERFACE:include/usher>)
target_compile_features(usher_connector INTERFACE cxx_std_20)
if(USHER_SANITIZE)
  # A program with a sanitizer loads only plug-ins with the same one.
  target_compile_options(usher_connector INTERFACE $<INSTALL_INTERFACE:-fsanitize=${USHER_SANITIZE}>)
  target_link_options(usher_connector INTERFACE $<INSTALL_INTERFACE:-fsanitize=${USHER_SANITIZE}>)
endif()

# Their code ends up in shared objects too. Hidden, so that it costs the program itself nothing.
set_target_properties(usher_mapping usher_connectors usher_http PROPERTIES
  POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
