"""Millions of rows: files in, files of scored rows out, part by part; over a cluster too."""
