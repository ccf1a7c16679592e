//! Declarations that do not compile, and what the compiler says of them. They are a package of their own: the tests
//! are compiled with all dependencies of their package, and those of the derives include the provider.
