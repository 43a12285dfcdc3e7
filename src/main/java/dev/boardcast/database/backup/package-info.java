/** Backups of the database as files, and their restore on any server. */
package dev.boardcast.database.backup;
