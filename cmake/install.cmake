# Where things go, and the Debian package made of them (`cpack -G DEB` in a build tree).

install(TARGETS usher usher-sandbox RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES config/usher.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/usher)
install(FILES systemd/usher.sysusers RENAME usher.conf DESTINATION lib/sysusers.d)
install(FILES systemd/usher.tmpfiles RENAME usher.conf DESTINATION lib/tmpfiles.d)
install(FILES daemon/cli/usher.bash-completion RENAME usher
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES docs/operations.md docs/commands.md docs/configuration.md docs/plugins.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES systemd/README.md RENAME systemd.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES cmake/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES config/usher.yaml systemd/credentials.conf DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(DIRECTORY config/examples/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

# Debian wants these two compressed, and the same bytes from the same source (`-n`: no time stamp).
find_program(USHER_GZIP gzip REQUIRED)
set(compressed ${PROJECT_BINARY_DIR}/installed)
file(MAKE_DIRECTORY ${compressed})
function(usher_install_compressed source name destination)
  add_custom_command(OUTPUT ${compressed}/${name}
    COMMAND ${USHER_GZIP} -9nc ${PROJECT_SOURCE_DIR}/${source} > ${compressed}/${name}
    DEPENDS ${PROJECT_SOURCE_DIR}/${source} VERBATIM)
  add_custom_target(installed_${name} ALL DEPENDS ${compressed}/${name})
  install(FILES ${compressed}/${name} DESTINATION ${destination})
endfunction()
usher_install_compressed(docs/usher.1 usher.1.gz ${CMAKE_INSTALL_MANDIR}/man1)
usher_install_compressed(CHANGELOG.md changelog.gz ${CMAKE_INSTALL_DOCDIR})

# The unit names the program by its full path, which only the installation knows.
install(CODE "
  file(READ \"${PROJECT_SOURCE_DIR}/systemd/usher.service\" unit)
  string(REPLACE /usr/bin/usher \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/usher\" unit \"\${unit}\")
  file(WRITE \"${PROJECT_BINARY_DIR}/installed/usher.service\" \"\${unit}\")
  file(INSTALL \"${PROJECT_BINARY_DIR}/installed/usher.service\"
       DESTINATION \"\${CMAKE_INSTALL_PREFIX}/lib/systemd/system\")")

# The sample is the first configuration of a system-wide installation; one that is there is kept.
install(CODE "
  if(CMAKE_INSTALL_PREFIX STREQUAL /usr AND NOT EXISTS \"\$ENV{DESTDIR}/etc/usher/usher.yaml\")
    file(INSTALL \"${PROJECT_SOURCE_DIR}/config/usher.yaml\" DESTINATION /etc/usher)
  endif()")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME usher)
set(USHER_PACKAGE_CONTACT "usher <usher@localhost>" CACHE STRING "maintainer of the packages made here")
set(CPACK_PACKAGE_CONTACT "${USHER_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
    "usher reads the people of a directory (LDAP, CSV files), works out which
account each of them should have in each target, shows the difference as a
dry-run report, and sends the creates, invitations, updates and deactivations
through a connector for that provider.")
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};usher;Unspecified;/")  # all but `dev`
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS  # whatever the builder's umask
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, systemd")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "sudo, bash-completion")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${PROJECT_SOURCE_DIR}/cmake/debian/conffiles
    ${PROJECT_SOURCE_DIR}/cmake/debian/postinst
    ${PROJECT_SOURCE_DIR}/cmake/debian/prerm
    ${PROJECT_SOURCE_DIR}/cmake/debian/postrm)
include(CPack)
