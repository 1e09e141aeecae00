//! The wire types of the JSON contract, their two views and their schema.
