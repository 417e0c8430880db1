"""Try every order in which the steps of two actors can happen, instead of waiting for the unlucky one."""
