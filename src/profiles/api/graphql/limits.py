"""Limits of one GraphQL query: its depth, and its cost before anything is fetched.

A query grows by nesting, by aliases of the same field, and by fragments that are spread many times; all three
are counted on the query itself, in one pass, before it runs.
"""

from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    VariableNode,
)

MAX_DEPTH: Final = 10
MAX_COST: Final = 5_000
"""A thousand people with three of their fields; more needs several pages."""
LIST_COST: Final = 250
"""What a list costs before its rows: a search may count ten thousand of a million names."""
MAX_TOKENS: Final = 1_000
"""The standard rules compare fields in pairs; this many tokens keep that under a fraction of a second."""
_NESTED: Final = 64
"""Depth of fragments within fragments; no real query needs more."""


class WithinLimits(ValidationRule):
    """Refuses queries that are too deep or cost too much. ``variables`` hold the requested counts."""

    variables: dict[str, Any] = {}  # noqa: RUF012  replaced by each query's own rule

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._measured: dict[str, tuple[int, int]] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_rest: Any) -> None:
        """Measure an operation with its fragments."""
        depth, cost = self._measure(node.selection_set, 0)
        if depth > MAX_DEPTH:
            self.report_error(
                GraphQLError(f"The query is {depth} levels deep; {MAX_DEPTH} are allowed.", node)
            )
        if cost > MAX_COST:
            text = f"The query costs {cost}; {MAX_COST} is allowed. Ask for fewer people or fields."
            self.report_error(GraphQLError(text, node))

    def _measure(self, selections: SelectionSetNode | None, nested: int) -> tuple[int, int]:
        """Return depth and cost of a selection: each field costs one, for as many rows as it may bring."""
        if selections is None:
            return 0, 0
        if nested > _NESTED:
            return MAX_DEPTH + 1, MAX_COST + 1
        depths, costs = [0], [0]
        for selection in selections.selections:
            depth, cost = self._measure_one(selection, nested + 1)
            depths.append(depth)
            costs.append(cost)
        return max(depths), min(sum(costs), 100 * MAX_COST)

    def _measure_one(self, selection: Any, nested: int) -> tuple[int, int]:
        if isinstance(selection, FragmentSpreadNode):
            return self._measure_fragment(selection.name.value, nested)
        depth, cost = self._measure(selection.selection_set, nested)
        if not isinstance(selection, FieldNode):
            return depth, cost
        own_cost = LIST_COST if selection.name.value == "people" else 1
        return depth + 1, own_cost + cost * self._rows(selection)

    def _measure_fragment(self, name: str, nested: int) -> tuple[int, int]:
        """Measure a fragment once, however often it is spread; a cycle is refused by the standard rules."""
        if name not in self._measured:
            self._measured[name] = (0, 0)
            fragment = self.context.get_fragment(name)
            self._measured[name] = self._measure(fragment.selection_set if fragment else None, nested)
        return self._measured[name]

    def _rows(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value == "first":
                return max(1, self._number(argument.value))
            if argument.name.value == "representations":
                return max(1, self._length(argument.value))
        return 25 if node.name.value == "people" else 1

    def _number(self, value: Any) -> int:
        if isinstance(value, IntValueNode):
            return int(value.value) if len(value.value) <= 9 else MAX_COST  # noqa: PLR2004  ten digits are too many
        if not isinstance(value, VariableNode):
            return 25
        variable = self.variables.get(value.name.value)
        # A whole number may also be written 1000.0: the types take it for one.
        requested = int(variable) if isinstance(variable, int | float) else 25
        return max(requested, *map(self._number, self._defaults(value)), 0)

    def _length(self, value: Any) -> int:
        if isinstance(value, ListValueNode):
            return len(value.values)
        if not isinstance(value, VariableNode):
            return 1
        variable = self.variables.get(value.name.value)
        requested = len(variable) if isinstance(variable, list) else 1
        return max(requested, *map(self._length, self._defaults(value)), 0)

    def _defaults(self, variable: VariableNode) -> list[Any]:
        """Return the defaults of a variable that is not given, from every operation of the document."""
        if variable.name.value in self.variables:
            return []
        return [
            definition.default_value
            for operation in self.context.document.definitions
            if isinstance(operation, OperationDefinitionNode)
            for definition in operation.variable_definitions or ()
            if definition.variable.name.value == variable.name.value and definition.default_value is not None
        ]
