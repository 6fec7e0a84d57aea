# usher_add_plugin(NAME SOURCES a.cc … [LINK lib …]): a shared object NAME.so that `plugins:` of the
# configuration can name. Used by the tests here and, installed, by every author.
function(usher_add_plugin name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} MODULE ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE usher::connector ${ARG_LINK})
  # Plug-ins share a process with usher and with each other: each keeps to its own copy of what it
  # was linked with, and one that lacks a symbol is refused when it is loaded, not in mid-run.
  set_target_properties(${name} PROPERTIES
    PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_link_options(${name} PRIVATE -Wl,-Bsymbolic -Wl,-z,now)
endfunction()
