/**
 * Access to PostgreSQL: bounded pools, migrations of the schema, leases with fencing tokens,
 * partitions, and expiry of rows.
 */
package dev.boardcast.database;
