import { guardNestedQueries } from '../../engine/store/nested-query-guard';

guardNestedQueries();
