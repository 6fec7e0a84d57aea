# What authors of plug-ins need (docs/plugins.md): headers, static libraries, a CMake package. The
# install component `dev`, which the Debian package leaves out.

set(include_dir ${CMAKE_INSTALL_INCLUDEDIR}/usher)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/usher)

# usher_install_headers(FOLDER a.h …): below the root that includes are written from.
function(usher_install_headers folder)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/${folder}/)
  install(FILES ${ARGN} DESTINATION ${include_dir}/${folder} COMPONENT dev)
endfunction()
install(DIRECTORY mapping DESTINATION ${include_dir} COMPONENT dev FILES_MATCHING PATTERN *.h)
install(DIRECTORY connectors/sandbox DESTINATION ${include_dir}/connectors COMPONENT dev
        FILES_MATCHING PATTERN *.h PATTERN examples EXCLUDE)
usher_install_headers(connectors attempt.h clock.h error.h kind.h pages.h plugin.h source.h target.h)
usher_install_headers(connectors/http client.h exchange.h json.h)
usher_install_headers(connectors/memory sandbox.h)
usher_install_headers(tests/connectors recording.h stage.h)
usher_install_headers(tests/contract contract.h)
install(FILES ${PROJECT_BINARY_DIR}/generated/usher_interface.h DESTINATION ${include_dir} COMPONENT dev)

# usher_install_targets(EXPORT target EXPORT_NAME …)
function(usher_install_targets export)
  set(targets)
  while(ARGN)
    list(POP_FRONT ARGN target name)
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    list(APPEND targets ${target})
  endwhile()
  install(TARGETS ${targets} EXPORT ${export}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/usher COMPONENT dev)
  install(EXPORT ${export} NAMESPACE usher:: DESTINATION ${package_dir} COMPONENT dev)
endfunction()
usher_install_targets(usher-targets
  usher_mapping mapping usher_connectors base usher_http http usher_connector connector)
if(USHER_TESTS)
  usher_install_targets(usher-contract-targets
    usher_sandbox_server sandbox_server usher_memory_sandbox memory_sandbox usher_contract contract)
endif()

include(CMakePackageConfigHelpers)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/installed/usher-config-version.cmake
  COMPATIBILITY ExactVersion)
install(FILES cmake/usher-config.cmake cmake/usher-plugin.cmake
              ${PROJECT_BINARY_DIR}/installed/usher-config-version.cmake
        DESTINATION ${package_dir} COMPONENT dev)
