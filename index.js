'use strict';

// n8n reads the nodes from the paths in package.json; this is for those who require the package by name.
const { BlueticksApi } = require('./dist/credentials/BlueticksApi.credentials.js');
const { Blueticks } = require('./dist/nodes/Blueticks/Blueticks.node.js');
const { BlueticksTrigger } = require('./dist/nodes/BlueticksTrigger/BlueticksTrigger.node.js');

module.exports = { Blueticks, BlueticksApi, BlueticksTrigger };
