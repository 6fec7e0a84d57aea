// A SCIM 2.0 service that is none of ours: the protocol is SCIMMY's. Here is only what it leaves to
// whoever uses it: where resources are kept, that user names are unique, and who may come in.
//
//   SCIM_TOKEN=secret node server.js STORE [SOCKET]
//
// STORE is a JSON file {"User": [...], "Group": [...]}: read at the start, written before every
// answer to a change. So it seeds the service, shows what the service holds, and outlives it.
// Listens on SOCKET, else on a port of the system's choice on 127.0.0.1, and says where.

"use strict";
const {randomUUID} = require("node:crypto");
const {existsSync, readFileSync, writeFileSync} = require("node:fs");
const express = require("express");
const SCIMMY = require("scimmy");
const {SCIMMYRouters} = require("scimmy-routers");

const [path, socket] = process.argv.slice(2);
const store = existsSync(path) ? JSON.parse(readFileSync(path)) : {User: [], Group: []};
const save = () => writeFileSync(path, JSON.stringify(store, null, 1));

function find(type, id) {
  const found = store[type].find((entry) => entry.id === id);
  if (!found) throw new SCIMMY.Types.Error(404, null, `${type} ${id} not found`);
  return found;
}

function read(type, {id, filter}) {
  if (id) return find(type, id);
  return filter ? filter.match(store[type]) : store[type];
}

function write(type, id, data) {
  const same = (entry) => entry.userName?.toLowerCase() === data.userName?.toLowerCase();
  if (type === "User" && store.User.some((entry) => entry.id !== id && same(entry)))
    throw new SCIMMY.Types.Error(409, "uniqueness", `userName ${data.userName} is taken`);
  const now = new Date().toISOString();
  const old = id ? find(type, id) : {id: randomUUID(), meta: {created: now}};
  const entry = {...data, id: old.id, meta: {...old.meta, lastModified: now}};
  if (id) store[type][store[type].indexOf(old)] = entry;
  else store[type].push(entry);
  save();
  return entry;
}

function remove(type, id) {
  const gone = find(type, id);
  store[type] = store[type].filter((entry) => entry !== gone);
  for (const group of store.Group) {
    group.members = group.members?.filter((member) => member.value !== id);
  }
  save();
}

for (const type of ["User", "Group"]) {
  SCIMMY.Resources.declare(SCIMMY.Resources[type])
    .egress((resource) => read(type, resource))
    .ingress((resource, data) => write(type, resource.id, data))
    .degress((resource) => remove(type, resource.id));
}
SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser);

const app = express();
app.use("/scim", new SCIMMYRouters({
  type: "bearer",
  handler: (request) => {
    const wanted = `Bearer ${process.env.SCIM_TOKEN}`;
    if (request.header("Authorization") !== wanted) throw new Error("wrong token");
  },
}));
const server = app.listen(socket ?? {port: 0, host: "127.0.0.1"}, () => {
  console.log(`scim: ${socket ?? `http://127.0.0.1:${server.address().port}/scim`}`);
});
